// The camera and the microphone, as far as there are and may be used. Nothing is recorded.

/** @typedef {{ stream: MediaStream | null, missing: "camera" | "all" | null }} Media */

const CAMERA = { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: "user" };
const SOUND = { echoCancellation: true, noiseSuppression: true };

/**
 * Both, else the microphone alone, else neither.
 * @returns {Promise<Media>}
 */
export async function openMedia() {
  const both = await opened({ audio: SOUND, video: CAMERA });
  if (both) return { stream: both, missing: null };
  const sound = await opened({ audio: SOUND });
  return { stream: sound, missing: sound ? "camera" : "all" };
}

/** @param {MediaStreamConstraints} wanted */
async function opened(wanted) {
  try {
    // Missing where the page came over plain http from another machine.
    return await navigator.mediaDevices.getUserMedia(wanted);
  } catch {
    return null;
  }
}

/**
 * Let go of the camera and the microphone, so that their lights go out.
 * @param {MediaStream | null | undefined} stream
 */
export function closeMedia(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/**
 * Show a stream. Where the browser wants a touch before it makes a sound, gives false.
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
