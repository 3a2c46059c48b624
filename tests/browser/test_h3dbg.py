from tests.browser.test_offline import *


def test_dbg(engine, served, tab):
    tab.on("console", lambda m: print("CONSOLE", m.text))
    come(tab, served.url, project(engine, 60))
    print(tab.locator("[commandfor=take]").evaluate("e => e.outerHTML"))
    tab.wait_for_timeout(200)
    tab.keyboard.press("l")
    tab.wait_for_timeout(1000)
    print(tab.locator("#take").evaluate("e => [e.open, customElements.get('take-along') != null]"))
    print(tab.evaluate("() => fetch('/x').then(r=>r.status)"))
    tab.wait_for_timeout(6000)
    print(
        tab.evaluate(
            "async () => { const r = await navigator.serviceWorker.getRegistration(); const p = await caches.open('standpoint-pages'); const f = await caches.open('standpoint-files'); return [r?.active?.state, navigator.serviceWorker.controller?.state, (await p.keys()).map(k=>k.url), (await f.keys()).length] }"
        )
    )
    served.kill()
    try:
        tab.reload()
    except Exception as e:
        print(str(e)[:200])
    print(tab.evaluate("() => document.title"))
