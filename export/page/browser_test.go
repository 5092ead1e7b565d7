package page

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

var shots = flag.String("shots", "", "keep the pictures that the browser makes of the page in this folder")

// TestBrowser looks at the page as people do: wide and narrow, light, dark and on paper.
func TestBrowser(t *testing.T) {
	b := openBrowser(t)
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, []byte(written(t, sample())), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, width := range []int{1040, 390} {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(fmt.Sprintf("%d %s", width, scheme), func(t *testing.T) {
				b.look(t, width, scheme)
				b.visit(t, file)
				b.layout(t, width)
				b.colours(t, scheme)
				b.tooltip(t, width)
				b.sorting(t)
				b.picture(t, fmt.Sprintf("%d-%s", width, scheme))
				b.axe(t)
			})
		}
	}
	t.Run("paper", func(t *testing.T) {
		b.look(t, 1040, "dark")
		b.visit(t, file)
		b.paper(t)
	})
	t.Run("no script", func(t *testing.T) {
		b.look(t, 1040, "light")
		var seen [2][]byte
		for i, off := range []bool{false, true} {
			b.call(t, "Emulation.setScriptExecutionDisabled", map[string]any{"value": off})
			b.visit(t, file)
			seen[i] = b.file(t, "Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true})
		}
		b.call(t, "Emulation.setScriptExecutionDisabled", map[string]any{"value": false})
		if !bytes.Equal(seen[0], seen[1]) {
			t.Error("without script the page looks different")
		}
	})
	t.Run("network", func(t *testing.T) { b.noNetwork(t, file) })
}

// TestBrowserHostile opens a page whose names are all the bytes that do harm.
func TestBrowserHostile(t *testing.T) {
	b := openBrowser(t)
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, []byte(written(t, hostile())), 0o644); err != nil {
		t.Fatal(err)
	}
	b.look(t, 1040, "light")
	b.visit(t, file)
	if got := b.eval(t, `String(window.harmed)`); got != "undefined" {
		t.Errorf("a name ran as script: %s", got)
	}
	if got := b.eval(t,
		`document.scripts.length + " " + document.querySelectorAll("img, iframe, b.harm, svg script").length`); got != "1 0" {
		t.Errorf("scripts and elements of names: %s, want 1 0", got)
	}
	if got := b.eval(t, `document.querySelector("td").textContent`); !strings.HasPrefix(got, "</script><script>") {
		t.Errorf("the name is shown as %q", got)
	}
	b.layout(t, 1040)
}

// layout looks whether the right pictures are seen, and whether all is within the page and within the pictures.
func (b *browser) layout(t *testing.T, width int) {
	t.Helper()
	if got := b.eval(t, `String(document.documentElement.scrollWidth - innerWidth)`); got != "0" {
		t.Errorf("the page is %s pixels wider than the window", got)
	}
	seen, hidden := ".wide", ".narrow"
	if width < 640 {
		seen, hidden = hidden, seen
	}
	if got := b.eval(t, `[...document.querySelectorAll("`+seen+`")].every(e => e.offsetWidth > 0) + " " +
		[...document.querySelectorAll("`+hidden+`")].every(e => e.offsetWidth == 0)`); got != "true true" {
		t.Errorf("%s is seen and %s hidden: %s", seen, hidden, got)
	}
	if got := b.eval(t, `[...document.querySelectorAll("`+seen+` svg text")].filter(e => {
		const r = e.getBoundingClientRect(), s = e.ownerSVGElement.getBoundingClientRect();
		return r.left < s.left - 2 || r.right > s.right + 2 || r.top < s.top - 2 || r.bottom > s.bottom + 2;
	}).map(e => e.textContent).join(" | ")`); got != "" {
		t.Errorf("texts leave their pictures: %s", got)
	}
	if got := b.eval(t, `[...document.querySelectorAll("`+seen+` svg")].map(s => {
		const texts = [...s.querySelectorAll("text:not([transform])")].map(e => [e.textContent, e.getBoundingClientRect()]);
		return texts.flatMap(([a, r], i) => texts.slice(i + 1).filter(([, o]) =>
			r.left < o.right - 1 && o.left < r.right - 1 && r.top < o.bottom - 4 && o.top < r.bottom - 4)
			.map(([o]) => a + " and " + o));
	}).flat().join(" | ")`); got != "" {
		t.Errorf("texts lie over each other: %s", got)
	}
}

func (b *browser) colours(t *testing.T, scheme string) {
	t.Helper()
	want := map[string]string{"light": "rgb(255, 255, 255)", "dark": "rgb(21, 24, 28)"}[scheme]
	if got := b.eval(t, `getComputedStyle(document.body).backgroundColor`); got != want {
		t.Errorf("the page is %s, want %s", got, want)
	}
}

// tooltip points at a bar of the first picture that has one.
func (b *browser) tooltip(t *testing.T, width int) {
	t.Helper()
	b.eval(t, `(() => { document.querySelector("#accounts").scrollIntoView(); return "" })()`)
	var at struct{ X, Y float64 }
	json.Unmarshal([]byte(b.eval(t, `(() => {
		const bars = [...document.querySelectorAll("#accounts .bar")].map(e => e.getBoundingClientRect());
		const r = bars.find(r => r.width > 0);
		return JSON.stringify({X: r.x + 5, Y: r.y + 5}) })()`)), &at)
	for range 2 { // the first move enters, the second moves
		b.call(t, "Input.dispatchMouseEvent", map[string]any{"type": "mouseMoved", "x": at.X, "y": at.Y})
	}
	got := b.eval(t, `document.querySelector("#tip").hidden + " " + document.querySelector("#tip").textContent`)
	if !strings.HasPrefix(got, "false PROJ") || !strings.HasSuffix(got, "core-hours") {
		t.Errorf("at %v of %d the tooltip says %q", at, width, got)
	}
	b.call(t, "Input.dispatchMouseEvent", map[string]any{"type": "mouseMoved", "x": 2, "y": 2})
	if got := b.eval(t, `String(document.querySelector("#tip").hidden)`); got != "true" {
		t.Error("the tooltip stays")
	}
}

// sorting sorts a table by its buttons: numbers largest first, names in their order, nothing last.
func (b *browser) sorting(t *testing.T) {
	t.Helper()
	const column = `[...document.querySelectorAll("#failures tbody tr")].map(r => r.cells[%d].textContent).join()`
	for _, s := range []struct {
		column int
		want   string
		order  string
	}{{1, "12.0 %,5.1 %,", "descending"}, {1, "5.1 %,12.0 %,", "ascending"}, {0, "cpu,develop,main", "ascending"},
		{0, "main,develop,cpu", "descending"}} {
		b.eval(t, fmt.Sprintf(`document.querySelectorAll("#failures th button")[%d].click() || ""`, s.column))
		if got := b.eval(t, fmt.Sprintf(column, s.column)); got != s.want {
			t.Errorf("sorted by column %d: %s, want %s", s.column, got, s.want)
		}
		got := b.eval(t, fmt.Sprintf(`document.querySelectorAll("#failures th")[%d].getAttribute("aria-sort") + `+
			`document.querySelectorAll("[aria-sort]").length`, s.column))
		if got != s.order+"1" {
			t.Errorf("aria-sort is %s, want %s on one", got, s.order)
		}
	}
}

// picture makes one, and looks whether something is on it.
func (b *browser) picture(t *testing.T, name string) {
	t.Helper()
	data := b.file(t, "Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true})
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	colours := map[[3]uint32]bool{}
	for y := 0; y < img.Bounds().Dy(); y += 3 {
		for x := 0; x < img.Bounds().Dx(); x += 3 {
			r, g, b, _ := img.At(x, y).RGBA()
			colours[[3]uint32{r, g, b}] = true
		}
	}
	if len(colours) < 50 || img.Bounds().Dy() < 3000 {
		t.Errorf("a picture of %v with %d colours", img.Bounds(), len(colours))
	}
	keepShot(t, name+".png", data)
}

func (b *browser) paper(t *testing.T) {
	t.Helper()
	data := b.file(t, "Page.printToPDF", map[string]any{"printBackground": true, "paperWidth": 8.27, "paperHeight": 11.69})
	if !bytes.HasPrefix(data, []byte("%PDF-")) {
		t.Errorf("printed: %.20q", data)
	}
	keepShot(t, "paper.pdf", data)
	b.call(t, "Emulation.setEmulatedMedia",
		map[string]any{"media": "print", "features": []any{map[string]any{"name": "prefers-color-scheme", "value": "dark"}}})
	b.colours(t, "light")
	if got := b.eval(t, `getComputedStyle(document.querySelector("#accounts .bar")).fill`); got != "rgb(0, 114, 178)" {
		t.Errorf("a bar on paper is %s", got)
	}
	got := b.eval(t,
		`document.querySelector(".wide").offsetWidth > 0 && document.querySelector(".narrow").offsetWidth == 0 && ""`)
	if got != "" {
		t.Error("paper shows the pictures of telephones")
	}
}

// noNetwork tries what an intruder would: the page's own policy forbids it.
func (b *browser) noNetwork(t *testing.T, file string) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer server.Close()
	b.look(t, 1040, "light")
	b.visit(t, file)
	b.quiet = true // what is refused is said on the console
	b.eval(t, `(async () => {
		const add = (tag, more) => document.body.append(Object.assign(document.createElement(tag), more));
		add("img", {src: "`+server.URL+`/img"});
		add("script", {src: "`+server.URL+`/script"});
		add("script", {textContent: "window.harmed = 1"});
		add("iframe", {src: "`+server.URL+`/frame"});
		add("link", {rel: "stylesheet", href: "`+server.URL+`/style"});
		await fetch("`+server.URL+`/fetch").catch(() => {});
		await new Promise(done => setTimeout(done, 300));
		return "" })()`)
	if n := asked.Load(); n != 0 {
		t.Errorf("the page asked the network %d times", n)
	}
	if got := b.eval(t, `String(window.harmed)`); got != "undefined" {
		t.Error("a script ran that is not the page's own")
	}
}

// axe asks axe-core, if it is there, what people who do not see the page would stumble over.
func (b *browser) axe(t *testing.T) {
	t.Helper()
	source, err := os.ReadFile(axePath())
	if err != nil {
		t.Logf("not asked: axe-core is not there (npm install --prefix .tools/axe axe-core, or PBSDUCK_AXE=axe.min.js)")
		return
	}
	b.eval(t, string(source)+`;""`)
	got := b.eval(t, `(async () => (await axe.run()).violations.map(v =>
		v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(" ")).join("\n"))()`)
	if got != "" {
		t.Errorf("axe: %s", got)
	}
}

func axePath() string {
	if path := os.Getenv("PBSDUCK_AXE"); path != "" {
		return path
	}
	return filepath.Join("..", "..", ".tools", "axe", "node_modules", "axe-core", "axe.min.js")
}

func keepShot(t *testing.T, name string, data []byte) {
	t.Helper()
	if *shots == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*shots, name), data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// browser is a Chromium that listens on a pipe: lines of JSON that end in a zero byte.
type browser struct {
	ctx     context.Context
	in      *os.File
	out     *bufio.Reader
	session string
	next    int
	quiet   bool
	asked   []string // addresses since the last visit
	said    []string // what the console said
	loaded  bool
}

// message is an answer or an event.
type message struct {
	ID     int
	Method string
	Params json.RawMessage
	Result json.RawMessage
	Error  *struct{ Message string }
}

func openBrowser(t *testing.T) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if exec.Command(name, "--version").Run() == nil { // some are there only to say that they are not
			path = name
			break
		}
	}
	if path == "" {
		t.Skip("no browser to look at the page with: install it (Debian: apt-get install chromium)")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	theirIn, in, err1 := os.Pipe()
	out, theirOut, err2 := os.Pipe()
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	c := exec.CommandContext(ctx, path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--hide-scrollbars", "--remote-debugging-pipe", "--user-data-dir="+home)
	c.Env = append(os.Environ(), "HOME="+home)
	c.ExtraFiles = []*os.File{theirIn, theirOut}
	c.WaitDelay = 5 * time.Second
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	theirIn.Close()
	theirOut.Close()
	b := &browser{ctx: ctx, in: in, out: bufio.NewReader(out)}
	t.Cleanup(func() {
		b.session = ""
		b.call(t, "Browser.close", nil) // so that it leaves nothing behind
		c.Wait()
		cancel()
		in.Close()
		out.Close()
	})
	go func() { // who reads a pipe can't be told that time is over, but that the pipe is closed
		<-ctx.Done()
		out.Close()
	}()
	b.attach(t)
	return b
}

func (b *browser) attach(t *testing.T) {
	t.Helper()
	var target struct{ TargetID string }
	json.Unmarshal(b.call(t, "Target.createTarget", map[string]any{"url": "about:blank"}), &target)
	var session struct{ SessionID string }
	json.Unmarshal(b.call(t, "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}),
		&session)
	b.session = session.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(t, domain+".enable", nil)
	}
}

// call asks the browser, and waits for its answer.
func (b *browser) call(t *testing.T, method string, params map[string]any) json.RawMessage {
	t.Helper()
	b.next++
	ask := map[string]any{"id": b.next, "method": method}
	if params != nil {
		ask["params"] = params
	}
	if b.session != "" {
		ask["sessionId"] = b.session
	}
	text, err := json.Marshal(ask)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.in.Write(append(text, 0)); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	for id := b.next; ; {
		m := b.read(t, method)
		if m.ID != id {
			continue
		}
		if m.Error != nil {
			t.Fatalf("%s: %s", method, m.Error.Message)
		}
		return m.Result
	}
}

// read takes the next message, and notes what events tell.
func (b *browser) read(t *testing.T, waiting string) message {
	t.Helper()
	line, err := b.out.ReadBytes(0)
	if err != nil {
		t.Fatalf("%s: the browser is gone: %v", waiting, err)
	}
	var m message
	if err := json.Unmarshal(line[:len(line)-1], &m); err != nil {
		t.Fatal(err)
	}
	switch m.Method {
	case "Page.loadEventFired":
		b.loaded = true
	case "Network.requestWillBeSent":
		var p struct{ Request struct{ URL string } }
		json.Unmarshal(m.Params, &p)
		b.asked = append(b.asked, p.Request.URL)
	case "Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown":
		b.said = append(b.said, string(m.Params))
	}
	return m
}

// look sets how wide the window is, and whether people like it dark.
func (b *browser) look(t *testing.T, width int, scheme string) {
	t.Helper()
	b.call(t, "Emulation.setDeviceMetricsOverride",
		map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false})
	b.call(t, "Emulation.setEmulatedMedia",
		map[string]any{"media": "", "features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}}})
}

// visit opens the file, and sees to it that nothing else is asked for and nothing goes wrong.
func (b *browser) visit(t *testing.T, file string) {
	t.Helper()
	b.loaded, b.asked, b.said, b.quiet = false, nil, nil, false
	b.call(t, "Page.navigate", map[string]any{"url": "file://" + file})
	for !b.loaded {
		b.read(t, "load")
	}
	t.Cleanup(func() {
		for _, url := range b.asked {
			if url != "file://"+file && !b.quiet {
				t.Errorf("the page asks for %s", url)
			}
		}
		for _, said := range b.said {
			if !b.quiet {
				t.Errorf("the console says %s", said)
			}
		}
	})
}

// eval runs a script in the page, which gives a string.
func (b *browser) eval(t *testing.T, script string) string {
	t.Helper()
	var r struct {
		Result struct {
			Value json.RawMessage
		}
		ExceptionDetails json.RawMessage
	}
	json.Unmarshal(b.call(t, "Runtime.evaluate",
		map[string]any{"expression": script, "awaitPromise": true, "returnByValue": true}), &r)
	var text string
	if err := json.Unmarshal(r.Result.Value, &text); err != nil || r.ExceptionDetails != nil {
		t.Fatalf("%.200s: %s %s", script, r.Result.Value, r.ExceptionDetails)
	}
	return text
}

// file asks for something that comes in base64.
func (b *browser) file(t *testing.T, method string, params map[string]any) []byte {
	t.Helper()
	var r struct{ Data string }
	json.Unmarshal(b.call(t, method, params), &r)
	data, err := base64.StdEncoding.DecodeString(r.Data)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
