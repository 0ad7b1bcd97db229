import { Resampler } from './resampler.js';

const RATE = 16000;
const MESSAGE = 640; // 40 ms
const STEP = 160; // 10 ms, in which is decided whether somebody speaks
const QUIET = 0.01;

/** The microphone as the service wants it: 16 kHz, 16 bits, mono, 40 ms a message. */
class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(sampleRate, RATE);
    this.out = new Float32Array(128);
    this.message = new Int16Array(MESSAGE);
    this.filled = 0;
    this.energy = 0;
    this.stepEnergy = 0;
    this.stepFilled = 0;
    this.floor = QUIET / 4;
    this.spokeAt = 0;
    this.muted = false;
    this.port.onmessage = ({ data }) => {
      this.muted = data.muted;
      this.filled = 0;
      this.energy = 0;
    };
  }

  process([input]) {
    if (this.muted || input.length === 0) {
      return true;
    }
    this.resampler.push(input[0]);
    let count;
    while ((count = this.resampler.pull(this.out)) > 0) {
      for (let i = 0; i < count; i++) {
        this.take(this.out[i]);
      }
    }
    return true;
  }

  take(sample) {
    this.message[this.filled++] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
    this.energy += sample * sample;
    this.stepEnergy += sample * sample;
    if (++this.stepFilled === STEP) {
      this.listen(Math.sqrt(this.stepEnergy / STEP));
      this.stepFilled = 0;
      this.stepEnergy = 0;
    }
    if (this.filled === MESSAGE) {
      const pcm = this.message.slice().buffer;
      const level = Math.sqrt(this.energy / MESSAGE);
      this.port.postMessage({ pcm, level, spokeAt: this.spokeAt }, [pcm]);
      this.filled = 0;
      this.energy = 0;
    }
  }

  /** Speech is what is well above what the room sounds like. */
  listen(level) {
    this.floor = level < this.floor ? level : Math.min(this.floor * 1.005 + 1e-7, 0.05);
    if (level > Math.max(QUIET, 4 * this.floor)) {
      this.spokeAt = currentTime;
    }
  }
}

registerProcessor('capture', Capture);
