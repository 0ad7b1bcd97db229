// How many zero crossings of the sinc lie on each side, and how much of the band is kept.
const CROSSINGS = 16;
const KEPT = 0.94;

const gcd = (a, b) => (b === 0 ? a : gcd(b, a % b));

/** Changes the sample rate of a stream: a windowed sinc in polyphase form, for any whole rates. */
export class Resampler {
  constructor(from, to) {
    const common = gcd(from, to);
    this.from = from;
    this.to = to;
    this.up = to / common;
    this.down = from / common;
    const cutoff = Math.min(1, to / from) * KEPT;
    this.half = Math.ceil(CROSSINGS / cutoff);
    this.taps = 2 * this.half;
    this.table = new Float32Array(this.up * this.taps);
    for (let phase = 0; phase < this.up; phase++) {
      for (let tap = 0; tap < this.taps; tap++) {
        const t = phase / this.up + this.half - 1 - tap;
        const x = Math.PI * cutoff * t;
        const sinc = x === 0 ? 1 : Math.sin(x) / x;
        const w = Math.cos((Math.PI * t) / (2 * this.half));
        this.table[phase * this.taps + tap] = cutoff * sinc * w * w;
      }
    }
    this.buffer = new Float32Array(4096 + 2 * this.taps);
    this.reset();
  }

  /** Forgets what came before. */
  reset() {
    // Silence before the first sample, so that it is the first output's middle.
    this.buffer.fill(0, 0, this.half);
    this.filled = this.half - 1;
    this.at = this.half - 1;
    this.phase = 0;
  }

  /** How many samples have to be pushed before so many can be pulled. */
  need(count) {
    const last = this.at + Math.floor((this.phase + (count - 1) * this.down) / this.up);
    return Math.max(0, last + this.half + 1 - this.filled);
  }

  /** Takes samples in; at most 4096 at a time. */
  push(samples, count = samples.length) {
    if (this.filled + count > this.buffer.length) {
      const drop = this.at - this.half + 1;
      this.buffer.copyWithin(0, drop, this.filled);
      this.filled -= drop;
      this.at -= drop;
    }
    for (let i = 0; i < count; i++) {
      this.buffer[this.filled + i] = samples[i];
    }
    this.filled += count;
  }

  /** Writes as many samples as there are, and says how many. */
  pull(out) {
    let count = 0;
    while (count < out.length && this.at + this.half < this.filled) {
      const begin = this.at - this.half + 1;
      const row = this.phase * this.taps;
      let sum = 0;
      for (let tap = 0; tap < this.taps; tap++) {
        sum += this.buffer[begin + tap] * this.table[row + tap];
      }
      out[count++] = sum;
      this.phase += this.down;
      this.at += Math.floor(this.phase / this.up);
      this.phase %= this.up;
    }
    return count;
  }
}
