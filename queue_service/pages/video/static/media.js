// The camera and the microphone, as far as there are and may be used. Nothing is recorded.

/** @typedef {"camera" | "microphone" | "all" | null} Missing "all": neither is there */
/**
 * The reason for a missing device: it is not "there", the browser "refused" it, another program has
 * it ("busy"), or the page came over plain http ("address").
 * @typedef {"there" | "refused" | "busy" | "address"} Why
 */
/** @typedef {{ stream: MediaStream | null, missing: Missing, why: Why | null }} Media */
/** @typedef {{ missing: Missing, muted: boolean }} Said what each page sends about its own devices
 */

// Signs need frames more than pixels.
const CAMERA = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
  facingMode: "user",
};
const SOUND = { echoCancellation: true, noiseSuppression: true };

/** @type {Record<string, Why>} */
const WHY = { NotAllowedError: "refused", NotReadableError: "busy", AbortError: "busy" };

/** Nothing is missing and nothing is muted. @type {Said} */
export const WHOLE = { missing: null, muted: false };

/**
 * Both, else whichever of them there is.
 * @returns {Promise<Media>}
 */
export async function openMedia() {
  // Missing where the page came over plain http from another machine.
  if (!navigator.mediaDevices) return { stream: null, missing: "all", why: "address" };
  const both = await opened({ audio: SOUND, video: CAMERA });
  if (both instanceof MediaStream) return { stream: both, missing: null, why: null };
  const sound = await opened({ audio: SOUND });
  const camera = await opened({ video: CAMERA });
  if (sound instanceof MediaStream) {
    if (!(camera instanceof MediaStream)) return { stream: sound, missing: "camera", why: camera };
    return { stream: joined(sound, camera), missing: null, why: null };
  }
  if (camera instanceof MediaStream) return { stream: camera, missing: "microphone", why: sound };
  return { stream: null, missing: "all", why: sound === "refused" ? sound : camera };
}

/**
 * @param {MediaStreamConstraints} wanted
 * @returns {Promise<MediaStream | Why>}
 */
async function opened(wanted) {
  try {
    return await navigator.mediaDevices.getUserMedia(wanted);
  } catch (error) {
    return WHY[/** @type {DOMException} */ (error).name] ?? "there";
  }
}

/** @param {MediaStream[]} streams */
const joined = (...streams) => new MediaStream(streams.flatMap((one) => one.getTracks()));

/**
 * Let go of the camera and the microphone, so that their lights go out.
 * @param {MediaStream | null | undefined} stream
 */
export function closeMedia(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/**
 * Show a stream. If the browser wants a touch before it makes a sound, gives false.
 * @param {HTMLVideoElement} video
 * @param {MediaStream | null} stream
 */
export async function play(video, stream) {
  if (video.srcObject !== stream) video.srcObject = stream;
  if (!stream) return true;
  try {
    await video.play();
    return true;
  } catch (error) {
    return /** @type {DOMException} */ (error).name !== "NotAllowedError";
  }
}

/**
 * The camera and the microphone of this page while a conversation lasts. An unplugged device is
 * noticed, and so is a newly plugged one while something is missing; both are reopened
 * automatically.
 */
export class OwnMedia {
  /** @type {Media | null} */
  media = null;
  muted = false;
  #video;
  #onRenewed;
  #turn = 0; // of the opening that counts

  /**
   * @param {HTMLVideoElement} video where it is shown
   * @param {() => void} onRenewed called when what there is has changed by itself
   */
  constructor(video, onRenewed) {
    this.#video = video;
    this.#onRenewed = onRenewed;
    navigator.mediaDevices?.addEventListener("devicechange", () => {
      if (this.media?.missing) this.renew();
    });
  }

  /** The stream, or null. */
  get stream() {
    return this.media?.stream ?? null;
  }

  /** The facts that the other page receives of it. @returns {Said} */
  get said() {
    return { missing: this.media?.missing ?? null, muted: this.muted };
  }

  /** Open what there is; false if it was closed meanwhile. */
  async open() {
    const turn = this.#turn += 1;
    const found = await openMedia();
    if (turn !== this.#turn) {
      closeMedia(found.stream);
      return false;
    }
    this.media = found;
    for (const track of found.stream?.getTracks() ?? []) {
      track.addEventListener("ended", () => this.stream === found.stream && this.renew());
    }
    play(this.#video, found.stream);
    this.mute(this.muted);
    return true;
  }

  /** Reopen it, muted as it was. */
  async renew() {
    closeMedia(this.stream);
    if (await this.open()) this.#onRenewed();
  }

  /** @param {boolean} muted */
  mute(muted) {
    this.muted = muted;
    for (const track of this.stream?.getAudioTracks() ?? []) track.enabled = !muted;
  }

  /** Let go of it. */
  close() {
    this.#turn += 1;
    closeMedia(this.stream);
    this.media = null;
    this.muted = false;
    this.#video.srcObject = null;
  }
}
