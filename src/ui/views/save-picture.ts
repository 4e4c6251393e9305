/** A picture of the page as a file of its own. The picture carries its colours: outside of the page it has no style sheet. */

/** Pixels of a PNG for one of the page. */
const SCALE = 2

/** The picture as a document, on a ground. */
export function svgText(svg: SVGSVGElement, ground: string): string {
  const own = svg.cloneNode(true) as SVGSVGElement
  own.removeAttribute('class')
  own.removeAttribute('aria-hidden')
  const rect = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  for (const [name, value] of [
    ['width', '100%'],
    ['height', '100%'],
    ['fill', ground],
  ])
    rect.setAttribute(name, value)
  own.prepend(rect)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(own)}\n`
}

/** The same as pixels. Rejects where the browser cannot draw it. */
export async function pngOf(picture: string, width: number, height: number): Promise<Blob> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(width * SCALE)
  canvas.height = Math.round(height * SCALE)
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('the picture has no pixels'))
      else resolve(blob)
    }, 'image/png')
  })
}
