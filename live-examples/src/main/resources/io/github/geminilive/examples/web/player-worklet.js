import { Resampler } from './resampler.js';

const QUANTUM = 128;
const FADE = 32; // samples; a hard edge would click
const LEAD = 0.06; // seconds that are waited for before sound begins, against a network's jitter
const MOST_LEAD = 0.3; // what it grows to when that was too little
const REPORT = 0.1; // seconds
const AUDIBLE = 0.002;
const LONGEST = 600; // seconds that are kept

/**
 * Plays what the model says. A turn's sound waits here in a queue, mostly much more than is being
 * heard; a flush throws it away, and the very next quantum is silent.
 */
class Player extends AudioWorkletProcessor {
  constructor() {
    super();
    this.queue = [];
    this.offset = 0; // in the first piece
    this.queued = 0; // seconds
    this.resampler = null;
    this.input = new Float32Array(4096);
    this.playing = false;
    this.lead = LEAD;
    this.waitingSince = 0;
    this.dryAt = -1;
    this.dryTurn = 0;
    this.turn = 0;
    this.heard = 0; // samples of the turn
    this.rate = 24000;
    this.sounded = 0; // the last turn whose first sound was told
    this.last = 0;
    this.fade = 0;
    this.flushed = null;
    this.reportAt = 0;
    this.fresh = this.nothing();
    this.port.onmessage = ({ data }) => (data.pcm ? this.take(data) : this.flush(data));
  }

  nothing() {
    return { samples: 0, audible: 0, energy: 0, peak: 0 };
  }

  take({ turn, rate, pcm }) {
    const samples = new Int16Array(pcm);
    if (samples.length === 0 || this.queued + samples.length / rate > LONGEST) {
      return;
    }
    if (this.queue.length === 0 && !this.playing) {
      this.waitingSince = currentTime;
      if (this.dryAt >= 0 && this.dryTurn === turn) {
        this.lead = Math.min(MOST_LEAD, this.lead * 1.5);
        this.port.postMessage({ gap: { turn, at: this.dryAt, seconds: currentTime - this.dryAt } });
      }
    }
    this.queue.push({ turn, rate, samples });
    this.queued += samples.length / rate;
  }

  flush({ flush }) {
    this.flushed = { id: flush, turn: this.turn, ms: this.ms(), dropped: this.queued };
    this.queue = [];
    this.offset = 0;
    this.queued = 0;
    this.playing = false;
    this.dryAt = -1;
    this.resampler?.reset();
    this.fade = this.last;
  }

  ms() {
    return (this.heard / this.rate) * 1000;
  }

  process(inputs, [[out]]) {
    if (!this.playing && this.queue.length > 0) {
      // What is shorter than that is played all the same, a little later.
      this.playing = this.queued >= this.lead || currentTime - this.waitingSince >= 2 * this.lead;
    }
    if (this.playing) {
      this.play(out);
    } else {
      this.hush(out);
    }
    this.last = out[QUANTUM - 1];
    this.measure(out);
    if (this.flushed && this.last === 0) {
      this.flushed.silentAt = currentTime + (this.fade === 0 ? 0 : FADE / sampleRate);
      this.port.postMessage({ flushed: this.flushed });
      this.flushed = null;
    }
    this.fade = 0;
    if (currentTime >= this.reportAt) {
      this.reportAt = currentTime + REPORT;
      this.report();
    }
    return true;
  }

  hush(out) {
    for (let i = 0; i < FADE; i++) {
      out[i] = this.fade * (1 - (i + 1) / FADE);
    }
  }

  play(out) {
    const first = this.queue[0];
    if (first && (!this.resampler || this.resampler.from !== first.rate)) {
      this.resampler = new Resampler(first.rate, sampleRate);
    }
    const wanted = this.resampler.need(QUANTUM);
    let got = 0;
    while (got < wanted && this.queue.length > 0) {
      const piece = this.queue[0];
      if (piece.rate !== this.resampler.from) {
        break;
      }
      if (piece.turn !== this.turn) {
        this.turn = piece.turn;
        this.heard = 0;
      }
      this.rate = piece.rate;
      const count = Math.min(wanted - got, piece.samples.length - this.offset);
      for (let i = 0; i < count; i++) {
        this.input[got + i] = piece.samples[this.offset + i] / 32768;
      }
      got += count;
      this.heard += count;
      this.queued -= count / piece.rate;
      this.offset += count;
      if (this.offset === piece.samples.length) {
        this.queue.shift();
        this.offset = 0;
      }
    }
    this.fresh.samples += (got / this.resampler.from) * sampleRate;
    if (got < wanted) {
      this.input.fill(0, got, wanted);
      if (this.queue.length === 0) {
        this.playing = false;
        this.dryAt = currentTime;
        this.dryTurn = this.turn;
        this.queued = 0;
        this.report();
      }
    }
    this.resampler.push(this.input, wanted);
    this.resampler.pull(out);
  }

  measure(out) {
    const fresh = this.fresh;
    for (let i = 0; i < QUANTUM; i++) {
      const loud = Math.abs(out[i]);
      fresh.energy += loud * loud;
      if (loud > AUDIBLE) {
        fresh.audible++;
        if (this.sounded !== this.turn) {
          this.sounded = this.turn;
          const at = currentTime + i / sampleRate;
          this.port.postMessage({ started: { turn: this.turn, at } });
        }
        fresh.peak = Math.max(fresh.peak, loud);
      }
    }
  }

  report() {
    this.port.postMessage({
      position: { turn: this.turn, ms: this.ms(), playing: this.playing, queued: this.queued },
      fresh: this.fresh,
      at: currentTime,
    });
    this.fresh = this.nothing();
  }
}

registerProcessor('player', Player);
