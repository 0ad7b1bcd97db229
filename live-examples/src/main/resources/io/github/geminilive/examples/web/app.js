import { DirectLink } from './direct-link.js';
import { Meter } from './meter.js';
import { RelayLink } from './relay-link.js';
import { NoMicrophone, Sound } from './sound.js';
import { Stats } from './stats.js';
import { outcomeOf, Transcript } from './transcript.js';

const HEARD_EVERY = 0.25; // seconds

const $ = (id) => document.getElementById(id);
const STATES = {
  idle: 'Not connected',
  connecting: 'Connecting…',
  live: 'Connected',
  reconnecting: 'Reconnecting…',
  ended: 'Ended',
};
const HINTS = {
  relay: 'The server keeps the key, decides the setup and runs the functions.',
  direct: 'The server makes a short-lived token; this page talks to the service itself.',
  none: 'This service has no tokens: only through the server.',
};

const stats = new Stats();
const transcript = new Transcript($('log'), $('hello'), $('call-icon'), stats);
const you = new Meter($('you'), $('you-meter'));
const model = new Meter($('model'), $('model-meter'));

let settings = { direct: false };
let sound = null;
let link = null;
let live = false;
let starting = false;
let spokeAt = -1;
let wroteAt = -1;
let answeredAt = -1; // when the last answer began
let silenced = -1; // the turn of which nothing more is to be heard
let arriving = 0; // the turn whose sound comes
let reported = { turn: 0, ms: 0, at: 0 };
let flushes = 0;
const unsent = [];

// The conversation

async function start() {
  if (starting) {
    return;
  }
  starting = true;
  notice('');
  show('connecting');
  sound = new Sound({ player, captured, microphoneLost });
  try {
    await sound.open();
    stats.rate = sound.rate;
    await useMicrophone();
    silenced = -1;
    arriving = 0;
    spokeAt = wroteAt = answeredAt = -1;
    transcript.begin();
    const route = document.querySelector('input[name=route]:checked').value;
    stats.route = route;
    link = route === 'direct' ? new DirectLink(events, settings.model) : new RelayLink(events);
    link.open();
  } catch (failure) {
    notice(failure.message);
    await finish('ended');
  } finally {
    starting = false;
  }
}

async function useMicrophone() {
  try {
    await sound.openMicrophone();
    notice('');
    $('mute').disabled = !live;
  } catch (failure) {
    if (!(failure instanceof NoMicrophone)) {
      throw failure;
    }
    notice(failure.message, useMicrophone);
  }
}

function microphoneLost() {
  notice('The microphone is gone. Connect it, then try again. You can type meanwhile.', useMicrophone);
  link?.pause();
}

async function finish(state) {
  live = false;
  show(state);
  const closing = sound;
  sound = null;
  link = null;
  unsent.length = 0;
  you.show(0);
  model.show(0);
  await closing?.close();
}

const events = {
  state(name, detail) {
    live = name === 'live';
    if (name === 'idle' || name === 'ended') {
      if (detail) {
        notice(`The conversation ended: ${detail}`);
      }
      finish(name);
      return;
    }
    show(name);
  },

  ready(told) {
    stats.ready(told);
    transcript.ready(told.resumed ?? null, stats.connected > 1);
    for (const words of unsent.splice(0)) {
      link.sendText(words);
    }
  },

  audio(turn, rate, pcm) {
    arriving = turn;
    if (turn === silenced || !sound) {
      return;
    }
    stats.received(rate, pcm.byteLength);
    sound.play(turn, rate, pcm);
  },

  said(who, turn, text) {
    transcript.said(who, turn, text);
  },

  interim(turn, text) {
    transcript.guess(turn, text);
  },

  interrupted(turn, by) {
    // After a lost connection, what has come is still true and may be heard.
    if (by !== 'connection') {
      silence(turn, by);
    }
    transcript.cut(turn, by);
  },

  turnEnd(turn) {
    stats.ended(turn);
    transcript.ended(turn);
  },

  mayReturn() {
    stats.handles++;
  },

  tool(name, state, told) {
    stats.tool(name, state, told);
    transcript.tool(name, state, told);
    tools();
  },

  warning(text) {
    transcript.note(text);
  },
};

function silence(turn, by) {
  if (turn === silenced) {
    return;
  }
  silenced = turn;
  if (sound) {
    const id = ++flushes;
    stats.interrupted({ id, turn, by, arrivedAt: sound.now, clock: performance.now() });
    sound.flush(id);
  }
}

// Sound

function captured({ pcm, level, spokeAt: last }) {
  if (!sound || sound.muted) {
    // Was on its way when the button was pressed.
    return;
  }
  you.show(level);
  spokeAt = last;
  if (link?.sendAudio(pcm.slice(0))) {
    stats.sent(pcm.byteLength / 2, level);
  }
}

function player(told) {
  if (told.started) {
    started(told.started);
  }
  if (told.gap) {
    stats.gap(told.gap);
  }
  if (told.flushed) {
    stats.flushed(told.flushed, sound?.outputLatency ?? 0);
    heard(told.flushed, true);
  }
  if (told.position) {
    const { samples, energy } = stats.rendered(told);
    model.show(samples > 0 ? Math.sqrt(energy / samples) : 0);
    heard(told.position, !told.position.playing);
  }
}

function started({ turn, at }) {
  const heardAt = at + (sound?.outputLatency ?? 0);
  const asked = Math.max(spokeAt, wroteAt);
  const latency = asked > answeredAt && asked > 0 ? Math.round((heardAt - asked) * 1000) : null;
  answeredAt = at;
  stats.turn({ turn, by: asked === wroteAt ? 'text' : 'speech', askedAt: asked, heardAt, latencyMs: latency });
  if (latency !== null) {
    transcript.latency(turn, latency);
    latencies();
  }
}

/** Tells the service how far the user has heard an answer. */
function heard({ turn, ms }, now) {
  const position = Math.max(0, Math.round(ms - (sound?.outputLatency ?? 0) * 1000));
  const at = performance.now() / 1000;
  if (turn === 0 || (turn === reported.turn && position === reported.ms)) {
    return;
  }
  if (now || turn !== reported.turn || at - reported.at >= HEARD_EVERY) {
    reported = { turn, ms: position, at };
    link?.heard(turn, position);
  }
}

// What one sees

function show(state) {
  stats.state = state;
  $('state').dataset.state = state;
  $('state-text').textContent = STATES[state];
  const on = state === 'live' || state === 'connecting' || state === 'reconnecting';
  $('start').dataset.live = String(on);
  $('start-text').textContent = on ? 'End' : 'Start';
  $('mute').disabled = !on || !sound?.hasMicrophone;
  $('interrupt').disabled = state !== 'live';
  if (!on) {
    $('mute').setAttribute('aria-pressed', 'false');
  }
  for (const input of document.querySelectorAll('input[name=route]')) {
    input.disabled = on || (input.value === 'direct' && !settings.direct);
  }
}

function notice(text, retry = null) {
  $('notice').hidden = !text;
  $('notice-text').textContent = text;
  $('retry').hidden = !retry;
  $('retry').onclick = retry;
  if (text) {
    stats.notice(text);
  }
}

function latencies() {
  const all = stats.turns.filter((turn) => turn.latencyMs !== null).map((turn) => turn.latencyMs);
  const sorted = [...all].sort((a, b) => a - b);
  const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
  $('latency-hint').hidden = true;
  $('latency-facts').hidden = false;
  $('latency-last').textContent = seconds(all[all.length - 1]);
  const half = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  $('latency-median').textContent =
    all.length > 1 ? `Median of ${all.length} turns: ${seconds(median)}` : '';
  const most = Math.max(...all.slice(-14));
  $('latencies').replaceChildren(
    ...all.slice(-14).map((ms) => {
      const bar = document.createElement('li');
      bar.style.height = `${Math.max(8, (ms / most) * 100)}%`;
      bar.title = seconds(ms);
      bar.setAttribute('aria-label', seconds(ms));
      return bar;
    }),
  );
}

function tools() {
  $('tools-hint').hidden = true;
  $('tools').replaceChildren(
    ...stats.tools.slice(-8).map(({ name, status, ms }) => {
      const row = document.createElement('li');
      const code = document.createElement('code');
      code.textContent = name;
      const outcome = document.createElement('span');
      outcome.textContent = outcomeOf(status, ms);
      row.append(code, outcome);
      return row;
    }),
  );
}

// What one does

function write(words) {
  if (!words) {
    return;
  }
  transcript.typed(words);
  if (live && link.sendText(words)) {
    wroteAt = sound.now;
  } else {
    unsent.push(words);
    if (!link) {
      start();
    }
  }
}

$('start').onclick = () => (link ? link.close() : start());

// Who leaves the page, hangs up.
addEventListener('pagehide', () => link?.close());

// Telephones stop the sound of pages one does not look at.
document.addEventListener('visibilitychange', () => sound?.wake());

$('mute').onclick = () => {
  const muted = !sound.muted;
  sound.mute(muted);
  $('mute').setAttribute('aria-pressed', String(muted));
  if (muted) {
    you.show(0);
    link?.pause();
  }
};

$('interrupt').onclick = () => {
  silence(arriving, 'button');
  link?.interrupt();
};

$('type').onsubmit = (event) => {
  event.preventDefault();
  write($('words').value.trim());
  $('words').value = '';
};

for (const idea of document.querySelectorAll('.idea')) {
  idea.onclick = () => {
    write(idea.textContent);
    $('words').focus();
  };
}

$('route').onchange = (event) => {
  $('route-hint').textContent = HINTS[event.target.value];
};

settings = await fetch('settings').then((answer) => answer.json());
$('service').textContent = [settings.title, settings.service].filter(Boolean).join(' · ');
$('route-hint').textContent = settings.direct ? HINTS.relay : HINTS.none;
show('idle');
Object.defineProperty(window, 'liveStats', { value: stats.view, writable: false });
