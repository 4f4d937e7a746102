// Stub: the propagation itself takes its place.
export const isStub = true
