// The styles of the view for a projector: no type below 16 pixels, and the picture of each page on one screen. What is
// said once, or says what a hand can do, gives its room to the picture; controls have the least type that is allowed.

/** The least size of type, in pixels. */
export const LEAST = 16
/** By this the page's type grows; the smallest of Streamlit's and of Plotly's is 12 pixels. */
const SCALE = 1.34
const SMALL = `${(LEAST + 0.1) / (16 * SCALE)}rem`

/** Of the page. */
export const PAGE = `
html { font-size: ${16 * SCALE}px !important }
[data-testid="stMainBlockContainer"] { max-width: none !important; padding: 0 2rem 2rem !important }
[data-testid="stHeader"] { background: none !important }
[data-testid="stHeader"], [data-testid="stHeader"] * { pointer-events: none }
[data-testid="stHeader"] :is(button, button *) { pointer-events: auto }
[data-testid="stExpandSidebarButton"] { margin-left: -0.95rem } /* beside what is scrolled under it */
h2 { font-size: 1.5rem !important }
[data-testid="stLayoutWrapper"]:has(> .st-key-purpose) { display: none }
[data-testid="stMain"] [data-testid="stVerticalBlock"] { gap: 0.4rem }
[data-testid="stMain"] [data-testid="stWidgetLabel"] { min-height: 0; margin-bottom: 0.1rem }
[data-testid="stMain"] :is([data-testid="stWidgetLabel"] p, [role="radio"] p, [role="combobox"]) { font-size: ${SMALL} }
[data-testid="stMain"] [role="radio"] { min-height: 1.75rem; padding: 0 0.6rem }
[data-testid="stMain"] [role="radiogroup"] { flex-wrap: wrap; max-width: 100% }
.st-key-stage-place { margin-top: -0.4rem !important }
[data-testid="stSelectbox"] [role="group"] { height: 1.75rem; min-height: 0 }
[data-testid="stSelectbox"] [role="combobox"] { padding: 0 0.5rem }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 0 0.75rem 2rem !important }
  [data-testid="stExpandSidebarButton"] { margin-left: 0 }
}`

const EDITOR = `
#editor { min-height: 0 }
#editor .hint { display: none }
#editor .bar { gap: 0.25rem 0.75rem }
#editor .bar button { font-size: ${SMALL}; min-height: 1.7rem; padding: 0 0.55rem }
#editor .bar .numbers { order: 0; flex: 1 0 auto; max-width: 100%; margin: 0; gap: 0.1rem 0.9rem; justify-content: end }
#editor .bar .numbers :is(dt, dd) { font-size: ${SMALL} }
#editor.kernel-mode { display: flex; flex-direction: column }
#editor.kernel-mode .stack { display: flex; flex-direction: column }
#editor :is(.stack, .tower) > :is(.reading, .tap-reading) { order: 1 } /* below what they read */
#editor :is(.stack, .tower) > :is(.key, .unreached) { order: 2 }
#editor.kernel-mode :is(.written, .pattern-error) { order: 1 }
#editor .depth { margin: 0.3rem 0 0; align-self: flex-start }
#editor .depths { min-height: 2.4rem }
#editor .cones h4 { margin-top: 0.2rem }
#editor .tower { margin-top: 0.3rem; padding-top: 0.4rem }
#editor.stack-mode .tower { display: flex; flex-wrap: wrap; column-gap: 2rem }
#editor .tower > * { flex: 0 0 100%; box-sizing: border-box; min-width: 0 }
#editor .tower > :is(.stack-numbers, .goals) { flex: 0 1 auto }
#editor .tower :is(button:not(.floor), select, .goal) { min-height: 1.7rem }
#editor .tower :is(button, .edit, label, select, input, .unit) { font-size: ${SMALL} }
#editor .tower :is(.readymade, .controls) { margin-top: 0.2rem }
#editor .stack-numbers { margin: 0.2rem 0; gap: 0.1rem 1.2rem }
#editor .stack-numbers div { display: flex; gap: 0.4rem; align-items: baseline }
#editor .stack-numbers dd { font-size: 1rem; min-width: 2ch }
#editor .tower > .panel { order: 3 }`

/** Not "#stage": a style that names it goes into the page that is saved (`stage/save/saved_page.js`). */
const STAGE_ROOT = '[data-drawing="stage"]'
const STAGE = `
${STAGE_ROOT} { font-size: ${SMALL} !important }
${STAGE_ROOT} .desk { display: flex; flex-wrap: wrap; gap: 0 0.6rem }
${STAGE_ROOT} .desk > .caption { flex-basis: 100% }
${STAGE_ROOT} .main { flex: 1 1 11rem; min-width: 0 }
${STAGE_ROOT} .second { flex: 0 1 auto; gap: 0.25rem 0.6rem }
${STAGE_ROOT} .transport :is(button, select) { padding: 0 0.3rem; min-width: 1.4rem; min-height: 1.7rem }
${STAGE_ROOT} .transport .play { min-width: 3.8rem }
${STAGE_ROOT} .transport .reverse { min-width: 4rem }
${STAGE_ROOT} .scrub { flex-basis: 3rem; min-width: 3rem; width: 0 }
@media (max-width: 640px) { ${STAGE_ROOT} .scrub { min-width: 1.5rem } ${STAGE_ROOT} .main { gap: 0.2rem } }
${STAGE_ROOT} .taken { min-width: 7.8em }
${STAGE_ROOT} .caption { margin: 0; font-size: 0.8rem; line-height: 1.25 }
${STAGE_ROOT} .facts { margin: 0 }`

/** Of every drawing, in its shadow root. */
export const DRAWINGS = `
#editor svg text, .handle .value { font-size: ${LEAST}px !important }
#dense .hint { display: none }
#signal svg :is(.tick, .axis, .key, .hint), #ways svg text { font-size: 12px }
.fields, .fields .help { font-size: ${SMALL} }
.fields .name { line-height: 1.25rem }
.fields .number { height: 1.75rem }
.fields .number :is(input, .step) { padding: 0 0.3rem }
#report :is(.sentences, .note.info, .note.warning) { font-size: 0.85rem }
#report { gap: 0.4rem }
#report .numbers { grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)) }
#report > .sentences:first-child p { margin: 0 }
@media (min-width: 641px) { /* a phone has no room for a larger figure */
  .frame { width: calc(100% / ${SCALE}); transform: scale(${SCALE}); transform-origin: 0 0;
    margin-bottom: calc(var(--tall, 0px) * ${SCALE - 1}) }
}
${EDITOR}${STAGE}`

/** Of a drawing whose strip is hidden. It keeps its width, by which the stack is drawn. One that is folded already has
 * its own button. */
export const FOLDED = `
#editor.compact:not(.folded-mode) { min-height: 0 }
#editor.compact:not(.folded-mode) :is(.bar, .board, .hint) { height: 0; min-height: 0; margin: 0; overflow: hidden;
  visibility: hidden }`
