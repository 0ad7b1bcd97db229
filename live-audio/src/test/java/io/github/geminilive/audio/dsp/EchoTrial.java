package io.github.geminilive.audio.dsp;

import io.github.geminilive.audio.dsp.EchoReport.State;
import io.github.geminilive.audio.dsp.RoomSimulator.Scene;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What an echo canceller did in a simulated room. Windows are of 100 ms; one counts as far-only
 * when the near side is silent in it and in its neighbours, as near when it speaks above −45 dBFS.
 *
 * @param out the cleaned signal, laid on the time line of the microphone
 * @param erleDb microphone over output, last five seconds
 * @param secondsTo15Db from the first echo to the first 250 ms weakened by 15 dB
 * @param doubleTalkDb the near side's part of the output against what it was, both sides speaking
 * @param nearOnlyDb change of the level where only the near side speaks
 * @param louderPercent near windows louder than any far-only one after the first second
 * @param states the states passed through
 * @param stateTimes when each began, seconds
 * @param report the last
 */
record EchoTrial(
    short[] out,
    double erleDb,
    double secondsTo15Db,
    double doubleTalkDb,
    double nearOnlyDb,
    double louderPercent,
    List<State> states,
    List<Double> stateTimes,
    EchoReport report) {

  static EchoTrial of(Scene scene) {
    int rate = scene.rate();
    EchoCanceller canceller = EchoCanceller.create(rate);
    int latency = canceller.latencySamples();
    int length = scene.mic().length;
    short[] far = Arrays.copyOf(scene.far(), length + latency);
    short[] mic = Arrays.copyOf(scene.mic(), length + latency);
    List<State> states = new ArrayList<>();
    List<Double> times = new ArrayList<>();
    int piece = rate / 100;
    EchoReport report = canceller.report();
    for (int at = 0; at < mic.length; at += piece) {
      int count = Math.min(piece, mic.length - at);
      canceller.process(far, at, mic, at, mic, at, count);
      State state = canceller.report().state();
      if (at < length) {
        report = canceller.report();
      }
      if (states.isEmpty() || states.get(states.size() - 1) != state) {
        states.add(state);
        times.add(at / (double) rate);
      }
    }
    short[] out = Arrays.copyOfRange(mic, latency, mic.length);
    return measure(scene, out, states, times, report);
  }

  private static EchoTrial measure(
      Scene scene, short[] out, List<State> states, List<Double> times, EchoReport report) {
    int rate = scene.rate();
    int window = rate / 10;
    int windows = out.length / window;
    double[] echo = new double[windows];
    double[] near = new double[windows];
    double[] before = new double[windows];
    double[] after = new double[windows];
    double[] product = new double[windows];
    for (int w = 0; w < windows; w++) {
      for (int i = w * window; i < (w + 1) * window; i++) {
        double o = out[i] / 32768.0;
        double m = scene.mic()[i] / 32768.0;
        echo[w] += scene.echo()[i] * scene.echo()[i] / window;
        near[w] += scene.near()[i] * scene.near()[i] / window;
        before[w] += m * m / window;
        after[w] += o * o / window;
        product[w] += o * scene.near()[i] / window;
      }
    }
    int first = 0;
    while (first < windows && echo[first] < 1e-6) {
      first++;
    }
    double loudest = 0;
    double talk = 0;
    double talked = 0;
    double alone = 0;
    double aloneOut = 0;
    for (int w = 0; w < windows; w++) {
      double around = near[Math.max(0, w - 1)] + near[w] + near[Math.min(windows - 1, w + 1)];
      if (around < 1e-9 && echo[w] > 1e-6 && w > first + 10) {
        loudest = Math.max(loudest, after[w]);
      }
      if (near[w] > 3e-5 && echo[w] > 1e-6 && w > first + 30) {
        talk += near[w];
        talked += product[w];
      }
      double echoes = 0;
      for (int i = Math.max(0, w - 5); i <= w; i++) {
        echoes += echo[i];
      }
      if (near[w] > 3e-5 && echoes < 1e-10) {
        alone += before[w];
        aloneOut += after[w];
      }
    }
    int louder = 0;
    int all = 0;
    for (int w = 0; w < windows; w++) {
      if (near[w] > 3e-5) {
        all++;
        louder += after[w] > loudest ? 1 : 0;
      }
    }
    double last = 0;
    double lastOut = 0;
    for (int w = windows - 50; w < windows; w++) {
      last += before[w];
      lastOut += after[w];
    }
    return new EchoTrial(
        out,
        decibels(last, lastOut),
        secondsTo15Db(scene, out),
        2 * decibels(talked, talk),
        decibels(aloneOut, alone),
        100.0 * louder / Math.max(1, all),
        states,
        times,
        report);
  }

  private static double secondsTo15Db(Scene scene, short[] out) {
    int rate = scene.rate();
    int start = 0;
    while (start < out.length && Math.abs(scene.echo()[start]) < 1e-3) {
      start++;
    }
    int span = rate / 4;
    for (int from = start; from + span < out.length; from += rate / 100) {
      double before = 0;
      double after = 1e-9;
      for (int i = from; i < from + span; i++) {
        before += scene.mic()[i] * scene.mic()[i];
        after += out[i] * out[i];
      }
      if (before > 1000.0 * span && decibels(before, after) > 15) {
        return (from - start) / (double) rate;
      }
    }
    return Double.POSITIVE_INFINITY;
  }

  private static double decibels(double a, double b) {
    return 10 * Math.log10((a + 1e-14) / (b + 1e-14));
  }
}
