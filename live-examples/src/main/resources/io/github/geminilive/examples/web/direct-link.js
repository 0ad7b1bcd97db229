import { Link } from './link.js';
import { runTool } from './tools.js';

const text = new TextDecoder();

function toBase64(buffer) {
  const bytes = new Uint8Array(buffer);
  return bytes.toBase64 ? bytes.toBase64() : btoa(String.fromCharCode(...bytes));
}

function fromBase64(base64) {
  return Uint8Array.fromBase64
    ? Uint8Array.fromBase64(base64)
    : Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

/**
 * Talks to the service itself, with a short-lived token from this page's server: one hop less. What
 * the server decided is locked in the token; functions run here, in the page.
 */
export class DirectLink extends Link {
  #model;
  #handle = null;
  #resumed = false;
  #turn = 1;
  #answered = false; // something in this turn
  #away = 0;

  constructor(on, model) {
    super(on);
    this.#model = model;
  }

  async dial() {
    const answer = await fetch('token', { method: 'POST' });
    if (!answer.ok) {
      const told = await answer.json().catch(() => ({}));
      const failure = new Error(told.error ?? 'The server gave no token.');
      failure.final = answer.status < 500 && answer.status !== 401 && answer.status !== 429;
      throw failure;
    }
    const { token, address } = await answer.json();
    return new WebSocket(`${address}?access_token=${encodeURIComponent(token)}`);
  }

  opened() {
    // Only the handle counts: the token has locked the rest.
    this.#resumed = this.#handle !== null;
    const sessionResumption = this.#handle ? { handle: this.#handle } : {};
    this.socket.send(JSON.stringify({ setup: { model: this.#model, sessionResumption } }));
  }

  received(data) {
    const told = JSON.parse(typeof data === 'string' ? data : text.decode(data));
    if (told.setupComplete) {
      this.established(this.#resumed ? { resumed: { stateRestored: true } } : {});
    }
    if (told.sessionResumptionUpdate?.resumable && told.sessionResumptionUpdate.newHandle) {
      this.#handle = told.sessionResumptionUpdate.newHandle;
      this.on.mayReturn();
    }
    if (told.serverContent) {
      this.#content(told.serverContent);
    }
    if (told.toolCall) {
      told.toolCall.functionCalls?.forEach((call) => this.#run(call));
    }
    if (told.goAway) {
      const left = parseFloat(told.goAway.timeLeft ?? '0');
      clearTimeout(this.#away);
      this.#away = setTimeout(() => this.#renew(), Math.max(0, left - 2) * 1000);
    }
  }

  #content(content) {
    if (content.inputTranscription?.text) {
      this.on.said('user', this.#turn, content.inputTranscription.text);
    }
    for (const part of content.modelTurn?.parts ?? []) {
      if (part.inlineData?.mimeType?.startsWith('audio/pcm')) {
        const rate = /rate=(\d+)/.exec(part.inlineData.mimeType);
        const pcm = fromBase64(part.inlineData.data);
        this.#answered = true;
        this.on.audio(this.#turn, rate ? Number(rate[1]) : 24000, pcm.buffer);
      } else if (part.text && !part.thought) {
        this.#answered = true;
        this.on.said('model', this.#turn, part.text);
      }
    }
    if (content.outputTranscription?.text) {
      this.on.said('model', this.#turn, content.outputTranscription.text);
    }
    if (content.interrupted) {
      this.on.interrupted(this.#turn, 'user');
    }
    if (content.turnComplete) {
      // A turn that only called a function goes on with the answer.
      if (this.#answered) {
        this.on.turnEnd(this.#turn++);
        this.#answered = false;
      }
      if (this.#away) {
        this.#renew();
      }
    }
  }

  /** The service ends connections after a while, not conversations. */
  #renew() {
    clearTimeout(this.#away);
    this.#away = 0;
    this.cut('The service asked for another connection.');
  }

  async #run({ id, name, args }) {
    const began = performance.now();
    this.on.tool(name, 'called', {});
    const response = await runTool(name, args ?? {});
    this.sendJson({ toolResponse: { functionResponses: [{ id, name, response }] } });
    const status = response.error ? 'failed' : 'ok';
    this.on.tool(name, 'answered', { status, ms: Math.round(performance.now() - began) });
  }

  sendAudio(pcm) {
    const audio = { mimeType: 'audio/pcm;rate=16000', data: toBase64(pcm) };
    return !this.heavy && this.sendJson({ realtimeInput: { audio } });
  }

  sendText(words) {
    return this.sendJson({ realtimeInput: { text: words } });
  }

  pause() {
    this.sendJson({ realtimeInput: { audioStreamEnd: true } });
  }

  interrupt() {
    // Content without an end of turn stops the model; it has no message for that alone.
    this.sendJson({ clientContent: { turnComplete: false } });
  }

  heard() {
    // The service assumes that it is heard as fast as it is spoken.
  }
}
