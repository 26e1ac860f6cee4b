"""The modules of the drawings, loaded into an empty tab as a page loads them."""

LOAD = """async ([loader, link, modules]) => {
    const address = URL.createObjectURL(new Blob([loader], {type: "text/javascript"}))
    const {default: load} = await import(address)
    load({data: {link, modules}})
    Object.assign(globalThis, await globalThis.pdviz.promise)
}"""
"""Evaluated with the texts of `boot/loader.js` and `boot/link.js` and the list of modules, it makes
globals of what `boot/main.js` exports."""
