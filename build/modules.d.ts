declare module '*.md' {
  const page: import('./page.ts').Page
  export default page
}

declare module 'virtual:model-card' {
  const card: import('./card/card.ts').Card
  export default card
}
