const BARS = 44;
const CALM = matchMedia('(prefers-reduced-motion: reduce)');
const FLOOR = -54; // dB that show nothing

/** How loud somebody was in the last seconds. */
export class Meter {
  #canvas;
  #meter;
  #levels = new Array(BARS).fill(0);
  #told = 0;
  #drawn = 0;

  constructor(canvas, meter) {
    this.#canvas = canvas;
    this.#meter = meter;
    new ResizeObserver(() => this.#draw()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#draw());
  }

  /** Shows a level, 0 to 1 of full scale. */
  show(level) {
    const loud = level > 0 ? Math.max(0, 1 - (20 * Math.log10(level)) / FLOOR) ** 1.8 : 0;
    this.#levels.push(loud);
    this.#levels.shift();
    const now = performance.now();
    if (now - this.#told > 500 || loud === 0) {
      this.#told = now;
      this.#meter.setAttribute('aria-valuenow', String(Math.round(loud * 100)));
    }
    if (!this.#drawn) {
      this.#drawn = requestAnimationFrame(() => this.#draw());
    }
  }

  #draw() {
    this.#drawn = 0;
    const scale = devicePixelRatio;
    const width = this.#canvas.clientWidth * scale;
    const height = this.#canvas.clientHeight * scale;
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }
    const pen = this.#canvas.getContext('2d');
    pen.clearRect(0, 0, width, height);
    pen.fillStyle = getComputedStyle(this.#canvas).color;
    if (CALM.matches) {
      // One bar that grows, in place of a picture that moves along.
      pen.fillRect(0, 0, width * this.#levels[BARS - 1], height);
      return;
    }
    const step = width / (BARS + 2);
    const thick = Math.max(2, step * 0.55);
    this.#levels.forEach((level, i) => {
      const tall = Math.max(thick, level * height * 0.86);
      pen.globalAlpha = level > 0 ? 1 : 0.28;
      pen.beginPath();
      pen.roundRect((i + 1) * step + (step - thick) / 2, (height - tall) / 2, thick, tall, thick / 2);
      pen.fill();
    });
  }
}
