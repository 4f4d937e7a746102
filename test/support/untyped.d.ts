declare module 'har-schema' {
  const schemas: Readonly<
    Record<string, Readonly<Record<string, unknown>> & { readonly $id: string }>
  >
  export default schemas
}
