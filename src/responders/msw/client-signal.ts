/**
 * Gives a request the client's own signal. One that Fetch makes to follow it costs more than all else
 * of the request, in garbage above all, and undici 7 forgets it where nobody holds its request.
 */
export function withSignal(request: Request, signal: AbortSignal): Request {
  const { signal: unused, clone } = request
  Object.defineProperties(request, {
    signal: { value: signal, configurable: true },
    clone: { value: () => withSignal(clone.call(request), signal), configurable: true },
  })
  if (signal.aborted) showAborted(unused, signal)
  else signal.addEventListener('abort', (event) => tell(unused, signal, event))
  return request
}

/** Fetch goes by the signal that it made: in `fetch(request)`, and in what is made of the request. */
function tell(unused: AbortSignal, signal: AbortSignal, event: Event): void {
  showAborted(unused, signal)
  // Its class is that of Node, where jsdom has events of its own.
  const NodeEvent = event.constructor as typeof Event
  unused.dispatchEvent(new NodeEvent('abort'))
}

function showAborted(unused: AbortSignal, { reason }: AbortSignal): void {
  Object.defineProperties(unused, { aborted: { value: true }, reason: { value: reason } })
}
