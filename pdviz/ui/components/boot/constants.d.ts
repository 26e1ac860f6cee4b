// The module that `assets.py` writes from the palette, the limits and the default pattern of the Python side.

export type Part = "left wing" | "island" | "right wing" | "gap"
export const COLOURS: Readonly<Record<Part, string>>
export const ACCENT: string
/** Colours of the fewest and of the most paths, by theme. */
export const SHADES: Readonly<Record<"light" | "dark", readonly string[]>>
/** How many revisions a session has; those of two sessions differ. */
export const SESSION_REVISIONS: number
/** The pattern of a first visit. */
export const DEFAULTS: Readonly<{ wing: number; dilation: number; island: number; causal: boolean }>
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
