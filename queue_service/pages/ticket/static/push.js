// Push messages of this browser: whether it can have them, its permission, and its subscription.

import { path } from "./updates.js";

/** @typedef {{ endpoint: string, p256dh: string, auth: string }} Subscription */

/** Why this browser gets no messages, by the key of the sentence; empty if it can have them. */
export function obstacle() {
  const known = [navigator.serviceWorker, globalThis.PushManager, globalThis.Notification];
  if (!known.every(Boolean)) return "unsupported";
  return Notification.permission === "denied" ? "denied" : "";
}

/**
 * Ask the citizen's browser for a subscription. Its worker serves this page alone, so that a message
 * leads back to it: the address is kept by the browser and is in no message.
 * @param {string} key the public key of the service
 * @returns {Promise<Subscription | "unsupported" | "denied">}
 */
export async function subscribe(key) {
  if (await Notification.requestPermission() !== "granted") return "denied";
  await navigator.serviceWorker.register("/t/worker.js", { scope: path });
  const { pushManager } = await navigator.serviceWorker.ready;
  const former = await pushManager.getSubscription(); // may be with an earlier key
  await former?.unsubscribe();
  try {
    const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    const { endpoint = "", keys = {} } = made.toJSON();
    return { endpoint, p256dh: keys.p256dh, auth: keys.auth };
  } catch (error) {
    return /** @type {Error} */ (error).name === "NotAllowedError" ? "denied" : "unsupported";
  }
}

/** Have the browser forget the subscription and its worker. */
export async function unsubscribe() {
  const registration = await navigator.serviceWorker?.getRegistration(path);
  await registration?.unregister();
}
