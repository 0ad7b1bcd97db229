const FIRST_WAIT = 500;
const LONGEST_WAIT = 10000;
const TRIES = 8;
const STUCK = 160000; // bytes: five seconds of sound that the network does not take
const HEAVY = 64000;

/** Codes after which it makes sense to come back. */
const AGAIN = new Set([1001, 1005, 1006, 1012, 1013, 1014]);

/** Opens the page again, unseen: a server that was started anew does not know this browser. */
async function introduce() {
  try {
    await fetch('./', { method: 'HEAD', cache: 'no-store' });
  } catch {
    throw new Error('The server cannot be reached.');
  }
}

/**
 * A connection that comes back by itself. What it tells, it tells by calling the functions of `on`:
 * state(name, detail), ready(told), audio(turn, rate, pcm), said(who, turn, text), interim(turn, text),
 * interrupted(turn, by), turnEnd(turn), tool(name, state, told), warning(text), mayReturn() when there
 * is something new to come back with.
 */
export class Link {
  socket = null;
  #on;
  #tries = 0;
  #timer = 0;
  #watch = 0;
  #over = false;

  constructor(on) {
    this.#on = on;
    this.comeBack = () => {
      if (this.#timer && !this.#over) {
        clearTimeout(this.#timer);
        this.#dial();
      }
    };
    addEventListener('online', this.comeBack);
  }

  get on() {
    return this.#on;
  }

  /** Begins; a subclass says how with `dial()`, which returns a WebSocket. */
  open() {
    this.#on.state('connecting');
    this.#dial();
  }

  async #dial() {
    this.#timer = 0;
    let socket;
    try {
      if (this.#tries > 0) {
        await introduce();
      }
      socket = await this.dial();
    } catch (failure) {
      this.lost(failure.message, !failure.final);
      return;
    }
    if (this.#over) {
      socket.close(1000);
      return;
    }
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => socket === this.socket && this.received(data);
    socket.onopen = () => this.opened();
    socket.onclose = ({ code, reason }) => {
      if (socket === this.socket) {
        this.lost(reason, AGAIN.has(code));
      }
    };
    clearInterval(this.#watch);
    this.#watch = setInterval(() => {
      if (socket.bufferedAmount > STUCK) {
        this.cut('The network takes nothing any more.');
      }
    }, 1000);
  }

  /** The other side said that the conversation is on. */
  established(told) {
    this.#tries = 0;
    this.live = true;
    this.#on.state('live');
    this.#on.ready(told);
  }

  /** The connection is gone. */
  lost(reason, mayReturn) {
    clearInterval(this.#watch);
    this.socket = null;
    this.live = false;
    if (this.#over) {
      return;
    }
    if (!mayReturn || this.#tries >= TRIES) {
      this.#end('ended', reason || (mayReturn ? 'The server cannot be reached.' : ''));
      return;
    }
    const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#tries++);
    const wait = most * (0.5 + Math.random() / 2);
    this.#on.state('reconnecting', wait);
    this.#timer = setTimeout(() => this.#dial(), wait);
  }

  /** Gives up this connection for another one. */
  cut(reason) {
    const socket = this.socket;
    this.lost(reason, true);
    socket?.close();
  }

  send(message) {
    if (this.live && this.socket?.readyState === WebSocket.OPEN) {
      this.socket.send(message);
      return true;
    }
    return false;
  }

  sendJson(message) {
    return this.send(JSON.stringify(message));
  }

  /** Whether sound would only wait. */
  get heavy() {
    return (this.socket?.bufferedAmount ?? 0) > HEAVY;
  }

  /** Ends the conversation. */
  close() {
    if (!this.#over) {
      const socket = this.socket;
      this.#end('idle');
      socket?.close(1000);
    }
  }

  #end(state, reason) {
    this.#over = true;
    this.socket = null;
    this.live = false;
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    removeEventListener('online', this.comeBack);
    this.#on.state(state, reason);
  }
}
