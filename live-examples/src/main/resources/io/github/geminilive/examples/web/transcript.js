const KEPT = 400; // turns

/** What became of a call, in words. */
export function outcomeOf(status, ms) {
  if (status === null) {
    return 'running…';
  }
  const how = status === 'ok' ? 'done' : status;
  return ms === undefined || ms === null ? how : `${how}, ${ms} ms`;
}

/** The conversation in writing, in turns: first what the user said, then what the model did. */
export class Transcript {
  #log;
  #hello;
  #icon;
  #stats;
  #groups = new Map();
  #epoch = 0;
  #turn = 0;
  #calls = [];
  #typed = null;

  constructor(log, hello, icon, stats) {
    this.#log = log;
    this.#hello = hello;
    this.#icon = icon;
    this.#stats = stats;
  }

  /** Another conversation: numbers of turns begin anew. */
  begin() {
    this.#epoch++;
    this.#turn = 0;
    this.#calls = [];
  }

  ready(resumed, again) {
    if (!again) {
      return;
    }
    if (!resumed) {
      this.begin();
      this.note('Connected anew. The model does not know what was said before.');
      return;
    }
    const facts = [];
    facts.push(resumed.elsewhere ? 'Connected again, through another server.' : 'Connected again.');
    if (resumed.stateRestored === false) {
      facts.push('The model was told in writing what was said.');
    }
    if (resumed.answerCut) {
      facts.push('The last answer was cut short.');
    }
    if (resumed.uncertainMs > 0) {
      facts.push(
        `What was said in the last ${(resumed.uncertainMs / 1000).toFixed(1)} s may be lost.`);
    }
    this.note(facts.join(' '));
  }

  typed(words) {
    const group = this.#append(element('section', 'turn'));
    group.append(element('p', 'said user', words));
    this.#typed = group;
    this.#stats.transcript({ who: 'user', turn: 0, text: words, typed: true });
    this.#follow(true);
  }

  said(who, turn, text) {
    const group = this.#group(turn);
    if (who === 'user' && group.guess) {
      group.guess.remove();
      group.guess = null;
    }
    if (!group[who]) {
      const words = element('p', `said ${who}`);
      const told = { who, turn, text: '' };
      this.#stats.transcript(told);
      group[who] = { words, told };
      if (who === 'user') {
        // The service writes down what the user said when it likes, often after the answer began.
        group.node.prepend(words);
      } else {
        group.node.insertBefore(words, group.facts);
      }
    }
    const { words, told } = group[who];
    words.append(text);
    told.text += text;
    this.#follow();
  }

  /** What the user seems to be saying. */
  guess(turn, text) {
    const group = this.#group(turn);
    if (!group.guess && !group.user) {
      group.guess = element('p', 'said user guess');
      group.node.prepend(group.guess);
    }
    if (group.guess) {
      group.guess.textContent = text;
      this.#follow();
    }
  }

  cut(turn, by) {
    const group = this.#group(turn);
    if (!group.cut) {
      group.cut = true;
      const why = by === 'connection' ? 'cut short by the connection' : 'interrupted';
      group.facts.append(element('span', 'cut', why));
    }
  }

  ended(turn) {
    this.#turn = Math.max(this.#turn, turn + 1);
  }

  latency(turn, ms) {
    this.#group(turn).facts.append(element('span', '', `answered after ${(ms / 1000).toFixed(2)} s`));
  }

  tool(name, state, { status, ms }) {
    if (state === 'called') {
      const row = element('p', 'call');
      const outcome = element('span', '', outcomeOf(null));
      row.append(this.#icon.content.cloneNode(true), element('code', '', name), outcome);
      const group = this.#group(this.#turn);
      group.node.insertBefore(row, group.model?.words ?? group.facts);
      this.#calls.push({ name, outcome });
    } else {
      const at = this.#calls.findIndex((call) => call.name === name);
      if (at >= 0) {
        const [{ outcome }] = this.#calls.splice(at, 1);
        outcome.textContent = outcomeOf(status ?? state, ms);
      }
    }
    this.#follow();
  }

  note(text) {
    this.#append(element('p', 'note', text));
    this.#follow();
  }

  #group(turn) {
    const key = `${this.#epoch}/${turn}`;
    let group = this.#groups.get(key);
    if (!group) {
      const node = this.#typed ?? this.#append(element('section', 'turn'));
      this.#typed = null;
      const facts = element('p', 'facts');
      node.append(facts);
      group = { node, facts, user: null, model: null, guess: null, cut: false };
      this.#groups.set(key, group);
      if (this.#groups.size > KEPT) {
        this.#groups.delete(this.#groups.keys().next().value);
      }
      this.#turn = Math.max(this.#turn, turn);
    }
    return group;
  }

  #append(node) {
    this.#hello.hidden = true;
    this.#log.append(node);
    if (this.#log.childElementCount > KEPT) {
      this.#hello.nextElementSibling.remove();
    }
    return node;
  }

  /** Keeps the end in sight, unless somebody scrolled back to read. */
  #follow(always = false) {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    if (always || scrollHeight - scrollTop - clientHeight < 160) {
      this.#log.scrollTop = scrollHeight;
    }
  }
}

function element(name, type, text = '') {
  const node = document.createElement(name);
  if (type) {
    node.className = type;
  }
  node.textContent = text;
  return node;
}
