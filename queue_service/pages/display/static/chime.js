// The chime, made of sine tones: two falling ones for a call, three for one that is called again;
// and the clips of speech that follow it.

import { pause } from "/static/js/page.js";

const TONES = {
  call: [784, 587.33],
  again: [784, 587.33, 784],
};
const STEP_S = 0.34;
const RING_S = 1.1;
const OVERTONES = [
  [1, 0.5],
  [2, 0.12],
  [3, 0.05],
];

/** The page's sound. Browsers keep it silent until somebody has touched the page. */
export class Chime {
  #context = new AudioContext({ latencyHint: "playback" });
  /** @type {AudioBufferSourceNode | null} */
  #clip = null;

  /**
   * `changed` is called when the browser allows or blocks sound.
   * @param {() => void} changed
   */
  constructor(changed) {
    this.#context.addEventListener("statechange", changed);
  }

  /** Whether the browser holds back the sound. */
  get blocked() {
    return this.#context.state !== "running";
  }

  /** Ask the browser to let the sound through; it does so when somebody has just touched. */
  async unlock() {
    if (this.blocked) await this.#context.resume().catch(() => {});
  }

  /**
   * Ring, at a volume from 0 to 1; resolves when speech may follow. False: nothing was heard.
   * @param {"call" | "again"} kind
   * @param {number} volume
   */
  async ring(kind, volume) {
    if (this.blocked || volume <= 0) return false;
    const tones = TONES[kind];
    const start = this.#context.currentTime + 0.05;
    tones.forEach((tone, index) => this.#strike(tone, start + index * STEP_S, volume));
    await pause((tones.length * STEP_S + RING_S * 0.6) * 1000);
    return true;
  }

  /**
   * Play a clip of speech; resolves when it has been heard, with false if it was not. One is heard
   * at a time: a clip ends the one before.
   * @param {ArrayBuffer} audio
   * @param {{ volume: number, rate: number }} how
   */
  async play(audio, { volume, rate }) {
    if (this.blocked || volume <= 0) return false;
    // The decoder takes the buffer away from its owner.
    const buffer = await this.#context.decodeAudioData(audio.slice(0)).catch(() => null);
    if (buffer === null) return false;
    this.stop();
    const gain = new GainNode(this.#context, { gain: volume * volume });
    const clip = new AudioBufferSourceNode(this.#context, { buffer, playbackRate: rate });
    clip.connect(gain).connect(this.#context.destination);
    this.#clip = clip;
    return await new Promise((resolve) => {
      clip.onended = () => {
        gain.disconnect();
        resolve(true);
      };
      clip.start();
    });
  }

  /** End the clip that is heard. */
  stop() {
    this.#clip?.stop();
    this.#clip = null;
  }

  /**
   * @param {number} tone
   * @param {number} at
   * @param {number} volume
   */
  #strike(tone, at, volume) {
    for (const [multiple, share] of OVERTONES) {
      const oscillator = new OscillatorNode(this.#context, { frequency: tone * multiple });
      const gain = new GainNode(this.#context, { gain: 0 });
      // The ear hears loudness by powers: the square makes half the slider half as loud.
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(share * volume * volume, at + 0.012);
      gain.gain.exponentialRampToValueAtTime(0.0001, at + RING_S / Math.sqrt(multiple));
      oscillator.connect(gain).connect(this.#context.destination);
      oscillator.onended = () => gain.disconnect();
      oscillator.start(at);
      oscillator.stop(at + RING_S);
    }
  }
}
