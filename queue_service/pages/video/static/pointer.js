// A pointer on a picture that both ends see: the place of a mouse or a finger, as a part of the
// picture.

/** @typedef {{ width: number, height: number }} Size */
/** @typedef {{ x: number, y: number }} Point */

const FADE_MS = 2500;
const APART_MS = 40;

/**
 * The place in a picture of a point of its box, both from 0 to 1; null outside of it. The picture
 * lies whole in the middle of the box (object-fit: contain).
 * @param {Point} point from the box's corner, in pixels
 * @param {Size} box
 * @param {Size} picture
 * @returns {Point | null}
 */
export function inPicture(point, box, picture) {
  const { left, top, width, height } = placed(box, picture);
  const [x, y] = [(point.x - left) / width, (point.y - top) / height];
  return x >= 0 && x <= 1 && y >= 0 && y <= 1 ? { x, y } : null;
}

/**
 * The place in the box of a point of the picture, in pixels.
 * @param {Point} point
 * @param {Size} box
 * @param {Size} picture
 * @returns {Point}
 */
export function inBox(point, box, picture) {
  const { left, top, width, height } = placed(box, picture);
  return { x: left + point.x * width, y: top + point.y * height };
}

/**
 * @param {Size} box
 * @param {Size} picture
 */
function placed(box, picture) {
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  return { left: (box.width - width) / 2, top: (box.height - height) / 2, width, height };
}

/** The pointers on one video: our own is sent, the other end's is shown. */
export class Pointer {
  #video;
  #dot;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #fading;
  #toldAt = 0;

  /**
   * @param {HTMLVideoElement} video
   * @param {HTMLElement} dot what shows where the other end points; what it lies in has its origin
   * @param {(point: Point) => void} tell
   */
  constructor(video, dot, tell) {
    this.#video = video;
    this.#dot = dot;
    const follow = (/** @type {PointerEvent} */ event) => {
      const now = performance.now();
      if (event.type === "pointermove" && now - this.#toldAt < APART_MS) return;
      const point = inPicture(
        { x: event.offsetX, y: event.offsetY },
        this.#box(),
        this.#picture(),
      );
      if (!point) return;
      this.#toldAt = now;
      tell(point);
    };
    video.addEventListener("pointermove", follow);
    video.addEventListener("pointerdown", follow);
  }

  /**
   * Show where the other end points, for a moment.
   * @param {Point} point
   */
  show(point) {
    const { x, y } = inBox(point, this.#box(), this.#picture());
    const video = this.#video.getBoundingClientRect();
    const around = this.#dot.parentElement?.getBoundingClientRect() ?? video;
    this.#dot.style.setProperty("--x", `${video.left - around.left + x}px`);
    this.#dot.style.setProperty("--y", `${video.top - around.top + y}px`);
    this.#dot.hidden = false;
    clearTimeout(this.#fading);
    this.#fading = setTimeout(() => this.hide(), FADE_MS);
  }

  /** Show none. */
  hide() {
    this.#dot.hidden = true;
  }

  #box() {
    return { width: this.#video.clientWidth, height: this.#video.clientHeight };
  }

  #picture() {
    return { width: this.#video.videoWidth || 16, height: this.#video.videoHeight || 9 };
  }
}
