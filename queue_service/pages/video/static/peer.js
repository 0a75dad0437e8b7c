// The connection between the two browsers of a video counter: picture, sound, and small notes.
//
// Perfect negotiation: the clerk's page makes the offers, and gives way to none; the screen's page
// gives way. Three media, in this order: sound, camera, and the window that the clerk may show.

import { framesPerSecond } from "./rate.js";
import { isAfter, Signals } from "./signals.js";

/** @import { StoredSignal, VideoParty } from "/static/js/types.d.ts" */
/**
 * "waiting": no page at the other end yet. "connecting". "connected". "lost": for longer than it
 * takes to reload the other page. "ended": by the other end. "taken": by another clerk.
 * @typedef {"waiting" | "connecting" | "connected" | "lost" | "ended" | "taken"} PeerState
 */
/** @typedef {{ type: string, [field: string]: unknown }} Note the messages between the pages */
/**
 * @typedef {{
 *   path: string,
 *   party: VideoParty,
 *   page?: string,
 *   servers: () => Promise<RTCIceServer[]>,
 *   onState: (state: PeerState) => void,
 *   onNote: (note: Note) => void,
 *   onOpen?: () => void,
 *   onResult?: (result: "connected" | "reconnected" | "lost") => void,
 * }} PeerOptions
 */

const LOST_MS = 4000;
const NEVER_MS = 15_000; // to connect at all
const RETRY_MS = 5000;
const READ_MS = 2000;
const GATHER_MS = 60; // candidates that come together travel together
const MOST_CANDIDATES = 30;

/** One conversation, from the call until it ends or the page goes. */
export class PeerConnection {
  /** @type {PeerState} */
  state = "waiting";
  /** The media from the other end: the person, and the window that is shown. */
  theirs = new MediaStream();
  shown = new MediaStream();
  #options;
  #signals;
  /** @type {RTCPeerConnection | null} */
  #connection = null;
  /** @type {RTCDataChannel | null} */
  #channel = null;
  /** @type {string | null} */
  #peer = null;
  /** @type {Set<string>} */
  #former = new Set(); // pages that others have come in the place of, whatever they still say
  /** @type {string | null} */
  #helloId = null;
  /** @type {MediaStream | null} */
  #own = null;
  /** @type {MediaStreamTrack | null} */
  #window = null;
  #sharp = false;
  /** @type {Map<string, Note>} */
  #standing = new Map(); // the latest state by its type
  #offering = false;
  #ignoring = false;
  #wasConnected = false;
  #closed = false;
  /** @type {RTCIceCandidateInit[]} */
  #candidates = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #gathering;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #losing;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #retrying;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #reading;

  /** @param {PeerOptions} options */
  constructor(options) {
    this.#options = options;
    const { path, party, page } = options;
    this.#signals = new Signals({
      path,
      party,
      page,
      take: (signal) => this.#take(signal),
      taken: () => this.#loseToAnother(),
    });
  }

  get #isClerk() {
    return this.#options.party === "clerk";
  }

  /**
   * Look for the other end. `own` is the stream of the camera and the microphone, as far as there
   * are.
   * @param {MediaStream | null} own
   */
  async start(own) {
    this.#own = own;
    this.#reading = setInterval(() => this.state !== "connected" && this.read(), READ_MS);
    if (!this.#isClerk) this.#retrying = setInterval(() => this.#retry(), RETRY_MS);
    this.#helloId = await this.#signals.send({ type: "hello" });
    await this.read();
  }

  /** Read what has come for this page. */
  read() {
    return this.#signals.read();
  }

  /**
   * Send what another camera or microphone gives.
   * @param {MediaStream | null} own
   */
  setOwn(own) {
    this.#own = own;
    this.#fill();
  }

  /**
   * Show a window, or none any more.
   * @param {MediaStreamTrack | null} track
   */
  show(track) {
    this.#window = track;
    this.#fill();
    this.announce({ type: "window", on: track !== null });
  }

  /**
   * Send a state to the other page: again to each new page, and after each loss.
   * @param {Note} note
   */
  announce(note) {
    this.#standing.set(note.type, note);
    this.note(note);
  }

  /**
   * Send a message to the other page, if there is a connection.
   * @param {Note} note
   */
  note(note) {
    if (this.#channel?.readyState === "open") this.#channel.send(JSON.stringify(note));
  }

  /**
   * On a slow connection, give up frames rather than sharpness, as for a document; otherwise
   * sharpness rather than frames, as for signs.
   * @param {boolean} on
   */
  sharpen(on) {
    this.#sharp = on;
    this.#fill();
  }

  /**
   * The frames per second of the two cameras, as the browser measures them; null for no picture.
   * @returns {Promise<{ sent: number | null, received: number | null }>}
   */
  async rates() {
    const [, camera] = this.#connection?.getTransceivers() ?? [];
    if (!camera) return { sent: null, received: null };
    const [sent, received] = await Promise.all([
      camera.sender.getStats(),
      camera.receiver.getStats(),
    ]);
    return {
      sent: framesPerSecond(sent, "outbound-rtp"),
      received: framesPerSecond(received, "inbound-rtp"),
    };
  }

  /** End the conversation, and notify the other end. */
  async end() {
    this.note({ type: "end" });
    const sent = this.#signals.send({ type: "end" });
    this.#setState("ended");
    this.close();
    await sent;
  }

  /** Close the connection without a message, as when the page is reloaded. */
  close() {
    this.#closed = true;
    this.#signals.close();
    clearInterval(this.#reading);
    clearInterval(this.#retrying);
    clearTimeout(this.#losing);
    this.#drop();
  }

  /** @param {PeerState} state */
  #setState(state) {
    if (this.state === state || this.state === "taken") return;
    this.state = state;
    this.#options.onState(state);
  }

  // --- Messages ------------------------------------------------------------------------------------

  /**
   * @param {StoredSignal} signal
   * @returns {unknown}
   */
  #take(signal) {
    if (signal.type === "joined") return this.#options.onNote({ type: "joined" });
    if (this.#former.has(signal.sender)) return null;
    if (signal.to && signal.to !== this.#signals.me) return this.#takeOthers(signal);
    switch (signal.type) {
      case "hello":
        return this.#takeHello(signal);
      case "end":
        return this.#takeEnd();
      case "candidates":
        return signal.sender === this.#peer && this.#takeCandidates(signal);
      default:
        return this.#takeDescription(signal);
    }
  }

  /**
   * Another clerk's page that the screen greets after this one was there has come in its place. An
   * answer may still be meant for the one before, where this one was reloaded meanwhile.
   * @param {StoredSignal} signal
   */
  #takeOthers({ id, type }) {
    if (type !== "hello" || !this.#isClerk) return;
    if (!this.#helloId || !isAfter(id, this.#helloId)) return;
    this.#loseToAnother();
  }

  #loseToAnother() {
    this.#setState("taken");
    this.close();
  }

  /** @param {StoredSignal} signal */
  async #takeHello({ sender, to }) {
    const isNew = sender !== this.#peer;
    if (isNew) await this.#begin(sender);
    else if (!to && this.#isClerk) this.#offerAgain();
    if (!this.#isClerk && !to) await this.#signals.send({ type: "hello", to: sender });
  }

  #takeEnd() {
    clearTimeout(this.#losing);
    this.#losing = undefined;
    this.#drop();
    this.#peer = null;
    this.#setState("ended");
  }

  /** @param {StoredSignal} signal */
  async #takeDescription({ type, sdp, sender }) {
    if (sender !== this.#peer) {
      if (type === "answer" || this.#isClerk) return;
      await this.#begin(sender);
    }
    const connection = this.#connection;
    if (!connection) return;
    const collides = type === "offer" &&
      (this.#offering || connection.signalingState !== "stable");
    this.#ignoring = this.#isClerk && collides;
    if (this.#ignoring) return;
    await connection.setRemoteDescription({ type: /** @type {RTCSdpType} */ (type), sdp });
    if (type !== "offer") return;
    this.#receive(connection);
    this.#fill();
    await connection.setLocalDescription();
    this.#sendDescription(connection);
  }

  /** @param {StoredSignal} signal */
  async #takeCandidates({ candidates }) {
    for (const candidate of candidates ?? []) {
      try {
        await this.#connection?.addIceCandidate(candidate);
      } catch (error) {
        if (!this.#ignoring) throw error;
      }
    }
  }

  // --- The connection ------------------------------------------------------------------------------

  /**
   * A new page has connected: restart with it.
   * @param {string} peer
   */
  async #begin(peer) {
    this.#drop();
    if (this.#peer) this.#former.add(this.#peer);
    // The screen hears from the server of another clerk: its page may be the same, loaded again.
    if (this.#wasConnected && this.#isClerk) this.#options.onNote({ type: "joined" });
    this.#peer = peer;
    const iceServers = await this.#options.servers().catch(() => []);
    if (this.#closed || this.#peer !== peer) return;
    const connection = this.#connection = new RTCPeerConnection({ iceServers });
    connection.onicecandidate = ({ candidate }) => candidate && this.#gather(candidate.toJSON());
    connection.onnegotiationneeded = () => this.#offer(connection);
    connection.onconnectionstatechange = () => this.#follow(connection);
    this.#open(connection);
    if (this.state !== "lost") this.#setState("connecting");
    this.#loseAfter(NEVER_MS);
    if (!this.#isClerk) return;
    connection.addTransceiver("audio", { direction: "sendrecv" });
    connection.addTransceiver("video", { direction: "sendrecv" });
    connection.addTransceiver("video", { direction: "sendonly" });
    this.#receive(connection);
    this.#fill();
  }

  #drop() {
    clearTimeout(this.#gathering);
    this.#candidates = [];
    this.#offering = this.#ignoring = false;
    const [connection, channel] = [this.#connection, this.#channel];
    this.#connection = this.#channel = null;
    if (channel) channel.onmessage = channel.onclose = null;
    if (!connection) return;
    connection.onnegotiationneeded = connection.onconnectionstatechange = null;
    connection.onicecandidate = null;
    connection.close();
  }

  /** @param {RTCPeerConnection} connection */
  #open(connection) {
    const channel = connection.createDataChannel("notes", { negotiated: true, id: 0 });
    this.#channel = channel;
    channel.onopen = () => this.#tellAgain();
    channel.onmessage = ({ data }) => this.#takeNote(data);
    channel.onclose = () => this.#falter();
  }

  #tellAgain() {
    for (const note of this.#standing.values()) this.note(note);
    this.#options.onOpen?.();
  }

  /** @param {string} data */
  #takeNote(data) {
    const note = JSON.parse(data);
    if (note.type === "end") this.#takeEnd();
    else this.#options.onNote(note);
  }

  /** @param {RTCPeerConnection} connection */
  async #offer(connection) {
    // The first offer is the clerk's.
    if (!this.#isClerk && !connection.remoteDescription) return;
    try {
      this.#offering = true;
      await connection.setLocalDescription();
      this.#sendDescription(connection);
    } finally {
      this.#offering = false;
    }
  }

  /** @param {RTCPeerConnection} connection */
  #sendDescription(connection) {
    const { type, sdp } = connection.localDescription ?? {};
    if (type !== "offer" && type !== "answer") return;
    this.#signals.send({ type, sdp, to: this.#peer ?? undefined });
  }

  /** @param {RTCIceCandidateInit} candidate */
  #gather(candidate) {
    this.#candidates.push(candidate);
    clearTimeout(this.#gathering);
    if (this.#candidates.length >= MOST_CANDIDATES) this.#sendCandidates();
    else this.#gathering = setTimeout(() => this.#sendCandidates(), GATHER_MS);
  }

  #sendCandidates() {
    const candidates = this.#candidates.splice(0);
    if (!candidates.length) return;
    this.#signals.send({ type: "candidates", candidates, to: this.#peer ?? undefined });
  }

  /** @param {RTCPeerConnection} connection */
  #receive(connection) {
    const [sound, camera, shown] = connection.getTransceivers().map((one) => one.receiver.track);
    replaceTracks(this.theirs, [sound, camera]);
    replaceTracks(this.shown, [shown]);
  }

  // The outgoing media, if there is a connection for them.
  #fill() {
    const [sound, camera, shown] = this.#connection?.getTransceivers() ?? [];
    if (!camera) return;
    send(sound, this.#own?.getAudioTracks()[0] ?? null);
    const picture = this.#own?.getVideoTracks()[0] ?? null;
    if (picture) picture.contentHint = this.#sharp ? "detail" : "motion";
    send(camera, picture);
    prefer(camera.sender, this.#sharp);
    if (this.#isClerk) shown.sender.replaceTrack(this.#window);
  }

  // --- Losing it and finding it again --------------------------------------------------------------

  /** @param {RTCPeerConnection} connection */
  #follow(connection) {
    if (connection.connectionState === "connected") this.#connected();
    else if (["disconnected", "failed", "closed"].includes(connection.connectionState)) {
      this.#falter();
    }
  }

  #connected() {
    clearTimeout(this.#losing);
    this.#losing = undefined;
    clearInterval(this.#retrying);
    this.#retrying = undefined;
    if (this.state !== "connected") {
      this.#options.onResult?.(this.#wasConnected ? "reconnected" : "connected");
    }
    this.#wasConnected = true;
    this.#setState("connected");
    this.#tellAgain(); // a page that had lost the other has forgotten what it received
  }

  #falter() {
    if (this.state === "ended" || this.state === "taken") return;
    this.#loseAfter(LOST_MS);
    if (this.#retrying) return;
    this.#retry();
    this.#retrying = setInterval(() => this.#retry(), RETRY_MS);
  }

  /** @param {number} milliseconds */
  #loseAfter(milliseconds) {
    if (this.#losing) return;
    this.#losing = setTimeout(() => {
      this.#losing = undefined;
      if (this.state !== "lost") this.#options.onResult?.("lost");
      this.#setState("lost");
      if (!this.#retrying) this.#retrying = setInterval(() => this.#retry(), RETRY_MS);
    }, milliseconds);
  }

  // The clerk's page looks for another way to the screen; the screen's page says that it is there.
  #retry() {
    if (this.#isClerk) this.#offerAgain();
    else this.#signals.send({ type: "hello" });
    this.read();
  }

  // An offer that is unanswered may have been lost; else another way is looked for.
  #offerAgain() {
    const connection = this.#connection;
    if (connection?.signalingState === "have-local-offer") this.#sendDescription(connection);
    else connection?.restartIce();
  }
}

/**
 * @param {RTCRtpTransceiver} transceiver
 * @param {MediaStreamTrack | null} track
 */
function send(transceiver, track) {
  transceiver.sender.replaceTrack(track);
  const direction = track ? "sendrecv" : "recvonly";
  if (transceiver.direction !== direction) transceiver.direction = direction;
}

/**
 * @param {RTCRtpSender} sender of a camera
 * @param {boolean} sharp
 */
function prefer(sender, sharp) {
  const wanted = sharp ? "maintain-resolution" : "maintain-framerate";
  const parameters = sender.getParameters();
  if (parameters.degradationPreference === wanted) return;
  parameters.degradationPreference = wanted;
  sender.setParameters(parameters).catch(() => {}); // a browser without it goes by the hint
}

/**
 * @param {MediaStream} stream
 * @param {MediaStreamTrack[]} tracks
 */
function replaceTracks(stream, tracks) {
  for (const old of stream.getTracks()) if (!tracks.includes(old)) stream.removeTrack(old);
  for (const track of tracks) if (!stream.getTracks().includes(track)) stream.addTrack(track);
}
