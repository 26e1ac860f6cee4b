// The module that `code.py` writes from the palette and the limits of the Python side.

export type Part = "left wing" | "island" | "right wing" | "gap"
export const COLOURS: Readonly<Record<Part, string>>
export const ACCENT: string
export const LIMITS: Readonly<{
  wing: number
  dilation: number
  island: number
  layers: number
  growth: number
  every: number
  stride: number
  ownDilation: number
  span: number
  extent: number
  text: number
}>
