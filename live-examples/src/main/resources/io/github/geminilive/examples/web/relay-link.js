import { Link } from './link.js';

/** Talks to the service through this page's own server, which keeps the key and runs the tools. */
export class RelayLink extends Link {
  #ticket = null;
  #turn = 0;
  #rate = 24000;
  #end = null;

  dial() {
    const url = new URL('relay', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    return new WebSocket(url);
  }

  opened() {
    const start = { type: 'start' };
    if (this.#ticket) {
      start.resume = this.#ticket;
    }
    this.#end = null;
    this.socket.send(JSON.stringify(start));
  }

  received(data) {
    if (typeof data !== 'string') {
      this.on.audio(this.#turn, this.#rate, data);
      return;
    }
    const told = JSON.parse(data);
    switch (told.type) {
      case 'ready':
        this.#ticket = told.ticket ?? null;
        this.#rate = told.outputRate ?? this.#rate;
        this.established(told);
        if (this.#ticket) {
          this.on.mayReturn();
        }
        break;
      case 'turn':
        this.#turn = told.turn;
        this.#rate = told.rate;
        break;
      case 'said':
        this.on.said(told.who, told.turn, told.text);
        break;
      case 'interim':
        this.on.interim(told.turn, told.text);
        break;
      case 'text':
        this.on.said('model', told.turn, told.text);
        break;
      case 'interrupted':
        this.on.interrupted(told.turn, told.by);
        break;
      case 'turnEnd':
        this.on.turnEnd(told.turn);
        break;
      case 'tool':
        this.on.tool(told.name, told.state, told);
        break;
      case 'warning':
        this.on.warning(told.text);
        break;
      case 'end':
        this.#end = told;
        break;
      default: // What newer servers tell besides is not for this page.
    }
  }

  lost(reason, mayReturn) {
    const end = this.#end;
    this.#end = null;
    super.lost(end?.reason ?? reason, end ? end.mayReturn : mayReturn);
  }

  sendAudio(pcm) {
    return !this.heavy && this.send(pcm);
  }

  sendText(text) {
    return this.sendJson({ type: 'text', text });
  }

  pause() {
    this.sendJson({ type: 'pause' });
  }

  interrupt() {
    this.sendJson({ type: 'interrupt' });
  }

  heard(turn, ms) {
    this.sendJson({ type: 'heard', turn, ms });
  }

  close() {
    this.sendJson({ type: 'end' });
    super.close();
  }
}
