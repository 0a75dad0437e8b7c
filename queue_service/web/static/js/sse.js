// The text/event-stream format, read by hand: EventSource hides comments, status and headers, and
// gives up for good on a 502.

/**
 * The frames of a response body as they arrive: {id, name, data}, or null for a comment.
 * `heard` is called at every sign of life.
 */
export async function* frames(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    const parts = (rest + value).split(/\r?\n\r?\n/);
    rest = parts.pop();
    for (const part of parts) yield parsed(part);
  }
}

function parsed(part) {
  const frame = { id: "", name: "message", data: [] };
  for (const line of part.split(/\r?\n/)) {
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (field === "id") frame.id = value;
    else if (field === "event") frame.name = value;
    else if (field === "data") frame.data.push(value);
  }
  if (frame.data.length === 0) return null;
  return { ...frame, data: frame.data.join("\n") };
}
