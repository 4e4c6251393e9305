/** Hands a file to whoever uses the page. Its address is good for a while: a browser may ask first where to put it. */
export function saveAs(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
  setTimeout(() => {
    URL.revokeObjectURL(url)
  }, 10_000)
}
