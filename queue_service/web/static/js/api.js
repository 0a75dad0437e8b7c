// Calls to the API: the branch's address, CSRF, idempotency, refusals as errors, patient retries.

import { newKey, page, pause } from "./page.js";
import { has, t } from "./texts.js";

/** @import { Problem } from "./types.d.ts" */
/**
 * Options of a call: `body`, sent as JSON; `key`, the idempotency key; `retry` (true); `timeout` of
 * each attempt and `patience`, after which no further attempt is begun (milliseconds). `onReplay`
 * is called if the response is an earlier one, of the first request with this key.
 * @typedef {{
 *   body?: unknown,
 *   key?: string,
 *   query?: Record<string, string | null | undefined>,
 *   signal?: AbortSignal,
 *   retry?: boolean,
 *   timeout?: number,
 *   patience?: number,
 *   onReplay?: () => void,
 * }} CallOptions
 */

const TIMEOUT_MS = 8000;
const RETRY_AFTER_MS = [300, 900, 2000];
const PATIENCE_MS = 12_000;

/**
 * A refusal or a failure. `code` is the contract's ("wrong_state", …), or "network" where no
 * answer came, and "unknown" where the answer was no problem document.
 */
export class ApiError extends Error {
  /**
   * @param {{
   *   code: string,
   *   status: number,
   *   detail?: string,
   *   retryAfter?: number | null,
   *   problem?: Problem,
   * }} what
   */
  constructor({ code, status, detail = "", retryAfter = null, problem = {} }) {
    super(detail || code);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
    this.problem = problem;
  }

  /** Whether the result of the request is unknown: no response came, or the server failed. */
  get isLost() {
    return this.code === "network" || this.code === "store_unavailable" || this.status >= 500;
  }

  /** A sentence for the person at the page, in the page's language. */
  get sentence() {
    return t(has(`error.${this.code}`) ? `error.${this.code}` : "error.unknown");
  }
}

/**
 * The address of a path of the page's branch ("/state"), of the API's ("/api/v1/branches"), or of
 * an address with the page's own origin.
 * @param {string} path
 * @param {NonNullable<CallOptions["query"]>} query
 */
export function address(path, query = {}) {
  const branch = encodeURIComponent(page.branch);
  const url = new URL(
    /^(\/api\/|https?:)/.test(path) ? path : `/api/v1/branches/${branch}${path}`,
    location.href,
  );
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) url.searchParams.set(name, value);
  }
  if (page.as) url.searchParams.set("as", page.as);
  return url;
}

/**
 * GET: the answer's JSON. Repeats on a lost connection or a store that is away, unless `retry` is
 * false.
 * @param {string} path
 * @param {CallOptions} options
 */
export const get = (path, options = {}) => call("GET", path, options);

/**
 * POST: the answer's JSON, or null for 204. One call is one press: it has its own idempotency key,
 * kept over its repeats. Give `key` to repeat a press that failed earlier.
 * @param {string} path
 * @param {unknown} body
 * @param {CallOptions} options
 */
export const post = (path, body = {}, options = {}) =>
  call("POST", path, { key: newKey(), ...options, body });

/**
 * Any method: the answer's JSON, or null if it is empty.
 * @param {"GET" | "POST"} method
 * @param {string} path
 * @param {CallOptions} options
 * @returns {Promise<any>}
 * @throws {ApiError}
 */
async function call(method, path, options = {}) {
  const { retry = true, signal, patience = PATIENCE_MS } = options;
  const begun = performance.now();
  for (const wait of retry ? RETRY_AFTER_MS : []) {
    try {
      return await attempt(method, path, options);
    } catch (error) {
      const spent = performance.now() - begun > patience;
      if (spent || signal?.aborted || !isPassing(error)) throw error;
    }
    await pause(wait);
  }
  return attempt(method, path, options);
}

/**
 * A thrown value as an ApiError; a fault of our own has the code "unknown".
 * @param {unknown} error
 */
export const asApiError = (error) =>
  error instanceof ApiError
    ? error
    : new ApiError({ code: "unknown", status: 0, detail: String(error) });

/** @param {unknown} error */
const isPassing = (error) =>
  error instanceof ApiError && (error.code === "network" || error.code === "store_unavailable");

/**
 * @param {string} method
 * @param {string} path
 * @param {CallOptions} options
 */
async function attempt(method, path, options) {
  const { body, key, query, signal, timeout = TIMEOUT_MS, onReplay } = options;
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json, application/problem+json" };
  if (method !== "GET") headers["X-CSRF-Token"] = page.csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  const limit = AbortSignal.timeout(timeout);
  let response;
  let text;
  try {
    response = await fetch(address(path, query), {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      credentials: "same-origin",
      cache: "no-store",
    });
    text = await response.text();
  } catch (error) {
    throw new ApiError({ code: "network", status: 0, detail: String(error) });
  }
  if (response.headers.has("Idempotent-Replayed")) onReplay?.();
  return contentOf(response, text);
}

/**
 * @param {Response} response
 * @param {string} text
 */
function contentOf(response, text) {
  let parsed = null;
  try {
    parsed = text ? JSON.parse(text) : null;
  } catch {
    // A proxy in between may answer with a page of its own; the status is enough.
  }
  if (response.ok) return parsed;
  throw problem(response, parsed);
}

/**
 * The error of a refused response.
 * @param {Response} response
 * @param {Problem | null} document
 */
export function problem(response, document) {
  const gateway = [502, 503, 504].includes(response.status) ? "store_unavailable" : "unknown";
  const seconds = Number(response.headers.get("Retry-After"));
  return new ApiError({
    code: document?.code ?? gateway,
    status: response.status,
    detail: document?.detail,
    retryAfter: seconds > 0 ? seconds : null,
    problem: document ?? {},
  });
}
