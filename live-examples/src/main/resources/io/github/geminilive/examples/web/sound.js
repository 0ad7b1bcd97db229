/** Why there is no microphone, in words for the person who has to do something about it. */
export class NoMicrophone extends Error {}

function explain(failure) {
  switch (failure.name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'The microphone is blocked for this page. Allow it with the icon next to the '
        + 'address, then try again. You can type meanwhile; answers are spoken.';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'No microphone was found. Connect one, then try again. You can type meanwhile; '
        + 'answers are spoken.';
    case 'NotReadableError':
    case 'AbortError':
      return 'Another program keeps the microphone. Close it there, then try again. You can type '
        + 'meanwhile; answers are spoken.';
    default:
      return 'The microphone cannot be used. You can type; answers are spoken.';
  }
}

/** Microphone and loudspeaker of this page, on one clock. */
export class Sound {
  #context;
  #player;
  #capture = null;
  #stream = null;
  #muted = false;
  #on;

  /** To be called in a click: before one, browsers let no page make a sound. */
  constructor(on) {
    this.#on = on;
    this.#context = new AudioContext({ latencyHint: 'interactive' });
  }

  async open() {
    const context = this.#context;
    await context.resume();
    await Promise.all([
      context.audioWorklet.addModule('player-worklet.js'),
      context.audioWorklet.addModule('capture-worklet.js'),
    ]);
    this.#player = new AudioWorkletNode(context, 'player', {
      numberOfInputs: 0,
      outputChannelCount: [1],
    });
    this.#player.connect(context.destination);
    this.#player.port.onmessage = ({ data }) => this.#on.player(data);
  }

  /** Fails with NoMicrophone. */
  async openMicrophone() {
    if (!navigator.mediaDevices) {
      throw new NoMicrophone(
        'Browsers lend the microphone to https pages only, and to this machine’s own. '
          + 'You can type; answers are spoken.');
    }
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
    } catch (failure) {
      throw new NoMicrophone(explain(failure));
    }
    const [track] = this.#stream.getAudioTracks();
    track.onended = () => this.#on.microphoneLost();
    this.#capture = new AudioWorkletNode(this.#context, 'capture', { numberOfOutputs: 0 });
    this.#capture.port.onmessage = ({ data }) => this.#on.captured(data);
    this.#context.createMediaStreamSource(this.#stream).connect(this.#capture);
  }

  get hasMicrophone() {
    return this.#capture !== null;
  }

  get muted() {
    return this.#muted;
  }

  mute(muted) {
    this.#muted = muted;
    this.#stream?.getAudioTracks().forEach((track) => (track.enabled = !muted));
    this.#capture?.port.postMessage({ muted });
  }

  wake() {
    if (this.#context.state !== 'running' && this.#context.state !== 'closed') {
      this.#context.resume();
    }
  }

  /** Seconds on the clock of all that is measured here. */
  get now() {
    return this.#context.currentTime;
  }

  /** Seconds from a sample's time to its being heard. */
  get outputLatency() {
    return this.#context.outputLatency || this.#context.baseLatency || 0;
  }

  get rate() {
    return this.#context.sampleRate;
  }

  play(turn, rate, pcm) {
    this.#player.port.postMessage({ turn, rate, pcm }, [pcm]);
  }

  /** Stops all sound with the next quantum; `flushed` comes when that was rendered. */
  flush(id) {
    this.#player.port.postMessage({ flush: id });
  }

  async close() {
    this.#stream?.getTracks().forEach((track) => {
      track.onended = null;
      track.stop();
    });
    if (this.#capture) {
      this.#capture.port.onmessage = null;
    }
    if (this.#context.state !== 'closed') {
      await this.#context.close();
    }
  }
}
