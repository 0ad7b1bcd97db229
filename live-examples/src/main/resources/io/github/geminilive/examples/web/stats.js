const KEPT = 500; // of each kind

/** What is measured in this page; shown to tests and the curious as `window.liveStats`. */
export class Stats {
  state = 'idle';
  route = null;
  rate = 0;
  connected = 0;
  handles = 0;
  resumed = [];
  sessions = [];
  turns = [];
  interruptions = [];
  gaps = [];
  tools = [];
  notices = [];
  transcripts = [];
  #sent = { messages: 0, samples: 0, energy: 0 };
  #received = { bytes: 0, seconds: 0 };
  #rendered = { samples: 0, audible: 0, energy: 0, peak: 0 };
  #position = { turn: 0, ms: 0, playing: false };
  #over = 0;

  /** Copies of everything, so that nobody changes it. */
  get view() {
    const view = {};
    const show = (name, get) =>
      Object.defineProperty(view, name, { enumerable: true, get: () => structuredClone(get()) });
    for (const name of [
      'state', 'route', 'rate', 'connected', 'handles', 'resumed', 'sessions', 'turns',
      'interruptions', 'gaps', 'tools', 'notices', 'transcripts',
    ]) {
      show(name, () => this[name]);
    }
    show('sent', () => ({ ...this.#sent, rms: rms(this.#sent) }));
    show('received', () => this.#received);
    show('rendered', () => ({
      ...this.#rendered,
      rms: rms(this.#rendered),
      seconds: this.rate ? this.#rendered.samples / this.rate : 0,
    }));
    show('position', () => this.#position);
    return Object.freeze(view);
  }

  ready(told) {
    this.connected++;
    keep(this.sessions, told.session ?? null);
    if (told.resumed) {
      keep(this.resumed, told.resumed);
    } else {
      this.#over = 0;
    }
  }

  sent(samples, level) {
    this.#sent.messages++;
    this.#sent.samples += samples;
    this.#sent.energy += level * level * samples;
  }

  received(rate, bytes) {
    const seconds = bytes / 2 / rate;
    this.#received.bytes += bytes;
    this.#received.seconds += seconds;
  }

  rendered({ fresh, position }) {
    this.#rendered.samples += fresh.samples;
    this.#rendered.audible += fresh.audible;
    this.#rendered.energy += fresh.energy;
    this.#rendered.peak = Math.max(this.#rendered.peak, fresh.peak);
    this.#position = position;
    return fresh;
  }

  notice(text) {
    keep(this.notices, text);
  }

  transcript(said) {
    keep(this.transcripts, said);
  }

  turn(turn) {
    // A short answer is over before it is heard.
    keep(this.turns, { ...turn, ended: turn.turn <= this.#over });
  }

  ended(turn) {
    this.#over = Math.max(this.#over, turn);
    const told = this.turns.findLast((one) => one.turn === turn);
    if (told) {
      told.ended = true;
    }
  }

  gap(gap) {
    keep(this.gaps, gap);
  }

  interrupted(interruption) {
    keep(this.interruptions, interruption);
  }

  /** A flush was rendered: from here on, silence. */
  flushed({ id, turn, ms, dropped, silentAt }, outputLatency) {
    const told = this.interruptions.find((interruption) => interruption.id === id);
    if (told) {
      told.heardTurn = turn;
      told.heardMs = ms;
      told.droppedSeconds = dropped;
      told.silentAt = silentAt;
      told.delayMs = (silentAt - told.arrivedAt) * 1000;
      told.confirmedMs = performance.now() - told.clock;
      told.outputLatencyMs = outputLatency * 1000;
    }
  }

  tool(name, state, { status = null, ms = null }) {
    if (state === 'called') {
      keep(this.tools, { name, status: null, ms: null });
      return;
    }
    const open = this.tools.find((call) => call.name === name && call.status === null);
    if (open) {
      open.status = status ?? state;
      open.ms = ms;
    }
  }
}

function keep(all, one) {
  all.push(one);
  if (all.length > KEPT) {
    all.shift();
  }
}

function rms({ samples, energy }) {
  return samples > 0 ? Math.sqrt(energy / samples) : 0;
}
