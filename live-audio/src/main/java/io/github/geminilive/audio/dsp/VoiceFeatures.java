package io.github.geminilive.audio.dsp;

import java.util.Arrays;

/**
 * What can be told of a frame of sound and of the second before it that bears on whether it is
 * speech: how far it stands out of what is always there, whether it has a pitch and how that moves,
 * the shape of its spectrum, and how all that changes over 10 ms to 1 s. Nothing depends on the
 * absolute level. Not safe for concurrent use; allocates nothing after construction.
 */
final class VoiceFeatures {

  private static final int FRAME = VoiceDetector.FRAME_SAMPLES;
  private static final int RATE = VoiceDetector.SAMPLE_RATE_HZ;

  private static final int WINDOW = 400;
  private static final int FFT = 512;
  private static final int BANDS = 18;
  private static final double LOWEST_HZ = 90;
  private static final double HIGHEST_HZ = 7_600;

  /** Bins of 31 Hz between which the fine structure of the spectrum is looked at: 280 to 4,000 Hz. */
  private static final int FINE_FROM = 9;

  private static final int FINE_TO = 128;

  /** So long ago was the spectrum that the present one is compared with. */
  private static final int FINE_LAG = 6;

  /** Weaker sound than −88 dBFS counts as that: it is the microphone's and the converter's own. */
  private static final float QUIET = 1.6e-9f;

  /** The floor of a band is its minimum over so many stretches of so many frames: 1 s. */
  private static final int STRETCHES = 8;

  private static final int STRETCH_FRAMES = 12;

  private static final int DECIMATION = 4;
  private static final int TAPS = 32;
  private static final int PITCH_WINDOW = 120;
  private static final int LAG_MIN = 10;
  private static final int LAG_MAX = 58;
  private static final int SLOW = PITCH_WINDOW + LAG_MAX;

  private static final int LEVELS = 110;
  private static final float LEVEL_DECAY = 0.9967f;
  private static final int PAST = 100;
  private static final int CEPSTRA = 6;

  /** How many features there are. */
  static final int COUNT = 64;

  private static final float[] HANN = new float[WINDOW];
  private static final float[] LOW_PASS = new float[TAPS];
  private static final int[] EDGES = new int[BANDS + 1];
  private static final float[][] COSINES = new float[CEPSTRA][BANDS];

  static {
    for (int i = 0; i < WINDOW; i++) {
      HANN[i] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * (i + 0.5) / WINDOW));
    }
    double sum = 0;
    for (int i = 0; i < TAPS; i++) {
      double t = i - (TAPS - 1) / 2.0;
      double cutoff = 1_100.0 / RATE;
      double window = 0.54 + 0.46 * Math.cos(2 * Math.PI * t / TAPS);
      LOW_PASS[i] = (float) (Math.sin(2 * Math.PI * cutoff * t) / (Math.PI * t) * window);
      sum += LOW_PASS[i];
    }
    for (int i = 0; i < TAPS; i++) {
      LOW_PASS[i] /= (float) sum;
    }
    double low = mel(LOWEST_HZ);
    double high = mel(HIGHEST_HZ);
    for (int b = 0; b <= BANDS; b++) {
      double hz = 700 * Math.expm1((low + (high - low) * b / BANDS) / 1127);
      int edge = (int) Math.round(hz * FFT / RATE);
      EDGES[b] = b == 0 ? edge : Math.max(edge, EDGES[b - 1] + 1);
    }
    for (int c = 0; c < CEPSTRA; c++) {
      for (int b = 0; b < BANDS; b++) {
        COSINES[c][b] = (float) (Math.cos(Math.PI * c * (b + 0.5) / BANDS) / BANDS);
      }
    }
  }

  private final float[] values = new float[COUNT];

  private final Fft fft = new Fft(FFT);
  private final float[] wave = new float[WINDOW];
  private final float[] windowed = new float[FFT];
  private final float[] re = new float[FFT / 2 + 1];
  private final float[] im = new float[FFT / 2 + 1];
  private float lastIn;
  private float lastOut;

  private final float[] band = new float[BANDS];
  private final float[] smooth = new float[BANDS];
  private final float[] current = new float[BANDS];
  private final float[][] stretches = new float[STRETCHES][BANDS];
  private final float[] floor = new float[BANDS];
  private final float[] above = new float[BANDS];
  private final float[] above50 = new float[BANDS];
  private final float[][] before = new float[2][BANDS];
  private int inStretch;
  private int stretch;

  private final float[][] fine = new float[FINE_LAG + 1][FINE_TO - FINE_FROM];
  private int fineNow;

  private final float[] recent = new float[TAPS + FRAME];
  private final float[] slow = new float[SLOW];
  private float lag;
  private float bestLag;

  private final float[] histogram = new float[LEVELS];
  private float histogramSum;
  private final float[] past = new float[PAST];
  private int pastNow;

  private final float[] fast = new float[9];
  private final float[] medium = new float[9];
  private final float[] slowly = new float[9];
  private boolean begun;

  private static double mel(double hz) {
    return 1127 * Math.log1p(hz / 700);
  }

  /** Forgets everything. */
  void reset() {
    Arrays.fill(values, 0);
    Arrays.fill(wave, 0);
    lastIn = 0;
    lastOut = 0;
    Arrays.fill(recent, 0);
    Arrays.fill(slow, 0);
    lag = 0;
    bestLag = 0;
    Arrays.fill(histogram, 0);
    histogramSum = 0;
    inStretch = 0;
    stretch = 0;
    fineNow = 0;
    pastNow = 0;
    begun = false;
  }

  /**
   * Takes in the next frame.
   *
   * @return {@link #COUNT} features; the same array each time
   */
  float[] add(short[] samples, int offset) {
    filter(samples, offset);
    float peak = 0;
    float energy = QUIET;
    for (int i = WINDOW - FRAME; i < WINDOW; i++) {
      energy += wave[i] * wave[i] / FRAME;
      peak = Math.max(peak, Math.abs(wave[i]));
    }
    float level = db(energy);
    float crest = db(peak * peak + QUIET) - level;
    spectrum();
    bands();
    fill(level, crest);
    return values;
  }

  /** High pass at 60 Hz, against offsets and rumble. */
  private void filter(short[] samples, int offset) {
    System.arraycopy(wave, FRAME, wave, 0, WINDOW - FRAME);
    System.arraycopy(recent, FRAME, recent, 0, TAPS);
    if (!begun) {
      lastIn = samples[offset] / 32_768f;
    }
    float in = lastIn;
    float out = lastOut;
    for (int i = 0; i < FRAME; i++) {
      float x = samples[offset + i] / 32_768f;
      // the small constant keeps the state from decaying into slow subnormal numbers
      out = 0.9767f * (out + x - in) + 1e-15f;
      in = x;
      wave[WINDOW - FRAME + i] = out;
      recent[TAPS + i] = out;
    }
    lastIn = in;
    lastOut = out;
  }

  private void spectrum() {
    for (int i = 0; i < WINDOW; i++) {
      windowed[i] = wave[i] * HANN[i];
    }
    fft.forward(windowed, 0, re, im, 0);
    for (int k = 0; k < re.length; k++) {
      re[k] = re[k] * re[k] + im[k] * im[k];
    }
  }

  private void bands() {
    // the window's energy, so that full-scale noise comes to about 0 dB in all bands together
    float scale = 1f / (WINDOW * 0.375f * FFT / 2);
    for (int b = 0; b < BANDS; b++) {
      float sum = 0;
      for (int k = EDGES[b]; k < EDGES[b + 1]; k++) {
        sum += re[k];
      }
      band[b] = db(sum * scale + QUIET * (EDGES[b + 1] - EDGES[b]) / 256);
    }
    if (!begun) {
      System.arraycopy(band, 0, smooth, 0, BANDS);
      System.arraycopy(band, 0, current, 0, BANDS);
      System.arraycopy(band, 0, floor, 0, BANDS);
      for (float[] minimum : stretches) {
        System.arraycopy(band, 0, minimum, 0, BANDS);
      }
      for (float[] old : before) {
        System.arraycopy(band, 0, old, 0, BANDS);
      }
      Arrays.fill(above50, 0);
    }
    boolean next = ++inStretch == STRETCH_FRAMES;
    for (int b = 0; b < BANDS; b++) {
      smooth[b] += 0.25f * (band[b] - smooth[b]);
      current[b] = Math.min(current[b], smooth[b]);
      float minimum = current[b];
      for (float[] old : stretches) {
        minimum = Math.min(minimum, old[b]);
      }
      floor[b] = minimum < floor[b] ? minimum : floor[b] + 0.1f * (minimum - floor[b]);
      above[b] = Math.min(40, band[b] - floor[b]);
      above50[b] += 0.25f * (above[b] - above50[b]);
    }
    if (next) {
      inStretch = 0;
      System.arraycopy(current, 0, stretches[stretch], 0, BANDS);
      System.arraycopy(smooth, 0, current, 0, BANDS);
      stretch = (stretch + 1) % STRETCHES;
    }
  }

  private void fill(float level, float crest) {
    int n = 0;
    float low = mean(above, 0, 5);
    float middle = mean(above, 5, 12);
    float high = mean(above, 12, BANDS);
    float all = mean(above, 0, BANDS);
    float ratio = 0;
    for (int b = 0; b < BANDS; b++) {
      float gamma = Math.max(0, above[b] - 3) / 4.34f;
      // log likelihood ratio of a complex normal with the maximum-likelihood variance
      ratio += (float) (gamma <= 0 ? 0 : Math.min(20, Math.exp(Math.min(gamma, 4)) - 1 - gamma));
    }
    ratio /= BANDS;

    float flatness = flatness();
    float rise = 0;
    float flux = 0;
    for (int b = 0; b < BANDS; b++) {
      float change = band[b] - before[1][b];
      flux += Math.abs(change) / BANDS;
      rise += Math.max(0, change) / BANDS;
    }
    float[] old = before[1];
    before[1] = before[0];
    before[0] = old;
    System.arraycopy(band, 0, old, 0, BANDS);
    float steady = steadiness();
    float voiced = periodicity();
    float lagBefore = lag;
    lag = bestLag;
    float glide =
        lagBefore > 0 && lag > 0 ? Math.min(1, 8 * (float) Math.abs(Math.log(lag / lagBefore))) : 1;
    float tilt = mean(band, 0, 6) - mean(band, 11, BANDS);

    remember(level);
    float p10 = percentile(0.1f);
    float p50 = percentile(0.5f);
    float p90 = percentile(0.9f);

    values[n++] = low;
    values[n++] = middle;
    values[n++] = high;
    values[n++] = ratio;
    n = means(n, 0, all);
    n = means(n, 1, ratio);
    n = means(n, 2, voiced);
    n = means(n, 3, glide);
    n = means(n, 4, flatness);
    n = means(n, 5, flux);
    n = means(n, 6, steady);
    n = means(n, 7, tilt);
    n = means(n, 8, crest);
    values[n++] = voiced;
    values[n++] = flatness;
    values[n++] = flux;
    values[n++] = rise;
    values[n++] = steady;
    values[n++] = tilt;
    values[n++] = crest;
    values[n++] = limit(level - p10);
    values[n++] = limit(level - p50);
    values[n++] = limit(level - p90);
    values[n++] = limit(p90 - p10);
    values[n++] = limit(p50 - p10);
    values[n++] = limit(lowest(5) - p10);
    values[n++] = limit(lowest(12) - p10);
    values[n++] = limit(lowest(25) - p10);
    values[n++] = limit(highest(20) - level);
    values[n++] = limit(level - ago(3));
    values[n++] = limit(level - ago(8));
    n = spreads(n);
    for (int c = 0; c < CEPSTRA; c++) {
      float sum = 0;
      for (int b = 0; b < BANDS; b++) {
        sum += COSINES[c][b] * above50[b];
      }
      values[n++] = sum;
    }
    for (int c = 1; c < CEPSTRA; c++) {
      float sum = 0;
      for (int b = 0; b < BANDS; b++) {
        sum += COSINES[c][b] * smooth[b];
      }
      values[n++] = sum;
    }
    float voicedLow = lag > 0 ? (float) Math.log(RATE / DECIMATION / lag / 140) : 0;
    values[n++] = voicedLow * voiced;
    values[n++] = peakiness();
    begun = true;
  }

  private static float limit(float db) {
    return Math.max(-40, Math.min(40, db));
  }

  private static float db(float power) {
    return (float) (10 * Math.log10(power));
  }

  private static float mean(float[] x, int from, int to) {
    float sum = 0;
    for (int i = from; i < to; i++) {
      sum += x[i];
    }
    return sum / (to - from);
  }

  private int means(int n, int which, float x) {
    if (!begun) {
      fast[which] = x;
      medium[which] = x;
      slowly[which] = x;
    }
    fast[which] += 0.25f * (x - fast[which]);
    medium[which] += 0.06f * (x - medium[which]);
    slowly[which] += 0.012f * (x - slowly[which]);
    values[n++] = fast[which];
    values[n++] = medium[which];
    values[n++] = slowly[which];
    return n;
  }

  /** How little the spectrum from 280 to 4,000 Hz is peaked: 0 for noise, less for tones, in nepers. */
  private float flatness() {
    double logs = 0;
    float sum = 0;
    float[] now = fine[fineNow];
    for (int k = FINE_FROM; k < FINE_TO; k++) {
      float power = re[k] + 1e-7f;
      float log = (float) Math.log(power);
      now[k - FINE_FROM] = log;
      logs += log;
      sum += power;
    }
    int count = FINE_TO - FINE_FROM;
    return (float) (logs / count - Math.log(sum / count));
  }

  /** Correlation of the fine spectrum with that of 60 ms ago: lines that stay are no speech. */
  private float steadiness() {
    float[] now = fine[fineNow];
    fineNow = (fineNow + 1) % fine.length;
    if (!begun) {
      for (float[] spectrum : fine) {
        System.arraycopy(now, 0, spectrum, 0, now.length);
      }
    }
    float[] then = fine[fineNow];
    float a = mean(now, 0, now.length);
    float b = mean(then, 0, then.length);
    float ab = 0;
    float aa = 1e-3f;
    float bb = 1e-3f;
    for (int i = 0; i < now.length; i++) {
      float x = now[i] - a;
      float y = then[i] - b;
      ab += x * y;
      aa += x * x;
      bb += y * y;
    }
    return ab / (float) Math.sqrt(aa * bb);
  }

  /** How far the highest lines stand above their neighbourhood on the mean, in nepers. */
  private float peakiness() {
    float[] now = fine[(fineNow + fine.length - 1) % fine.length];
    float sum = 0;
    for (int i = 3; i < now.length - 3; i++) {
      sum += Math.max(0, now[i] - 0.5f * (now[i - 3] + now[i + 3]));
    }
    return sum / now.length;
  }

  /** Highest normalised correlation of the sound below 1,100 Hz with itself 2.5 to 14.5 ms ago. */
  private float periodicity() {
    int fresh = FRAME / DECIMATION;
    System.arraycopy(slow, fresh, slow, 0, SLOW - fresh);
    for (int i = 0; i < fresh; i++) {
      int at = i * DECIMATION + DECIMATION;
      float sum = 0;
      for (int t = 0; t < TAPS; t++) {
        sum += LOW_PASS[t] * recent[at + t];
      }
      slow[SLOW - fresh + i] = sum;
    }
    float own = 1e-9f;
    float other = 1e-9f;
    for (int i = SLOW - PITCH_WINDOW; i < SLOW; i++) {
      own += slow[i] * slow[i];
      other += slow[i - LAG_MIN] * slow[i - LAG_MIN];
    }
    float best = 0;
    float previous = 0;
    bestLag = 0;
    boolean rising = false;
    for (int l = LAG_MIN; l <= LAG_MAX; l++) {
      float sum = 0;
      for (int i = SLOW - PITCH_WINDOW; i < SLOW; i++) {
        sum += slow[i] * slow[i - l];
      }
      float correlation = sum / (float) Math.sqrt(own * other);
      // a peak, not the shoulder of the one at lag 0; a multiple of the period must be clearly
      // better
      if (rising && correlation < previous && previous > best + (bestLag > 0 ? 0.03f : 0)) {
        best = previous;
        bestLag = l - 1;
      }
      rising = correlation >= previous;
      previous = correlation;
      if (l < LAG_MAX) {
        float in = slow[SLOW - PITCH_WINDOW - l - 1];
        float out = slow[SLOW - l - 1];
        other = Math.max(1e-9f, other + in * in - out * out);
      }
    }
    return best;
  }

  private void remember(float level) {
    int index = Math.max(0, Math.min(LEVELS - 1, Math.round(level) + LEVELS - 10));
    for (int i = 0; i < LEVELS; i++) {
      histogram[i] = histogram[i] * LEVEL_DECAY + 1e-20f;
    }
    histogram[index]++;
    histogramSum = histogramSum * LEVEL_DECAY + 1;
    if (!begun) {
      Arrays.fill(past, level);
    }
    pastNow = (pastNow + 1) % PAST;
    past[pastNow] = level;
  }

  private float percentile(float part) {
    float wanted = part * histogramSum;
    float sum = 0;
    for (int i = 0; i < LEVELS; i++) {
      sum += histogram[i];
      if (sum >= wanted) {
        // within the bin, so that the result moves smoothly
        float inside = histogram[i] > 0 ? (sum - wanted) / histogram[i] : 0;
        return i - inside + 0.5f - (LEVELS - 10);
      }
    }
    return 0;
  }

  private float ago(int frames) {
    return past[(pastNow + PAST - frames) % PAST];
  }

  private float lowest(int frames) {
    float lowest = ago(0);
    for (int i = 1; i < frames; i++) {
      lowest = Math.min(lowest, ago(i));
    }
    return lowest;
  }

  private float highest(int frames) {
    float highest = ago(0);
    for (int i = 1; i < frames; i++) {
      highest = Math.max(highest, ago(i));
    }
    return highest;
  }

  /** Standard deviations of the level over 0.3 and 1 s: speech comes in syllables. */
  private int spreads(int at) {
    int n = at;
    for (int frames = 30; frames <= PAST; frames += PAST - 30) {
      float sum = 0;
      float squares = 0;
      float base = ago(0);
      for (int i = 0; i < frames; i++) {
        float x = ago(i) - base;
        sum += x;
        squares += x * x;
      }
      float variance = squares / frames - sum / frames * (sum / frames);
      values[n++] = (float) Math.sqrt(Math.max(0, variance));
    }
    return n;
  }
}
