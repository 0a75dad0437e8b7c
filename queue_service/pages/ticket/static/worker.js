// The service worker of a number's page: it shows push messages, and leads back to the page. It
// keeps nothing and answers no request.

const worker = /** @type {any} */ (self); // the pages do not have a worker's types
const { registration } = worker; // its scope is the address of the page

/** @param {{ title: string, body: string, lang: string, dir: string, last: boolean }} content */
async function show({ title, body, lang, dir, last }) {
  const options = { body, lang, dir, tag: registration.scope, renotify: true, data: { last } };
  await registration.showNotification(title, options);
  if (last) await (await registration.pushManager.getSubscription())?.unsubscribe();
}

/** @param {any} notification */
async function openPage(notification) {
  notification.close();
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find((/** @type {any} */ { url }) => url.startsWith(registration.scope));
  await (open ? open.focus() : worker.clients.openWindow(registration.scope));
  if (notification.data.last) await registration.unregister(); // no message comes any more
}

worker.addEventListener("push", (/** @type {any} */ event) => {
  event.waitUntil(show(event.data.json()));
});
worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.waitUntil(openPage(event.notification));
});
