declare module '*.md' {
  const page: import('./page.ts').Page
  export default page
}

declare module '*.md?head' {
  const head: import('./page.ts').Head
  export default head
}

declare module 'virtual:model-card' {
  const card: import('./card/card.ts').Card
  export default card
}

declare module 'virtual:docstrings' {
  const docs: import('./docs/docs.ts').Docs
  export default docs
}
