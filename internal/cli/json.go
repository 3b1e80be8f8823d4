package cli

import (
	"encoding/json"
	"io"
	"unicode/utf8"

	"imgpool/internal/codec"
	"imgpool/stages"
)

// schema is the version of the JSON lines. It grows when a field changes its
// meaning or goes away; new fields may appear without that.
const schema = 1

// fileLine is the JSON object for one input.
type fileLine struct {
	Schema int    `json:"schema"`
	Type   string `json:"type"` // "file"
	// Input and Output are paths as the user would write them. JSON holds no
	// broken UTF-8, so a path that is not UTF-8 stands there with U+FFFD in it,
	// and its bytes as base64 in InputBytes or OutputBytes.
	Input     string `json:"input"`
	InputRaw  []byte `json:"input_base64,omitempty"`
	Output    string `json:"output,omitempty"`
	OutputRaw []byte `json:"output_base64,omitempty"`
	// Status is written, copied, skipped, failed, cancelled or planned; passed
	// or found for a check.
	Status string `json:"status"`
	Reason string `json:"reason,omitempty"`
	Error  string `json:"error,omitempty"`
	// Internal marks a fault of imgpool itself; Stack comes with -v.
	Internal bool   `json:"internal,omitempty"`
	Stack    string `json:"stack,omitempty"`

	// Format, Width, Height and Bytes are the input's, the size in pixels as
	// stored; those with "output_" are the result's.
	Format       string `json:"format,omitempty"`
	Width        int    `json:"width,omitempty"`
	Height       int    `json:"height,omitempty"`
	Bytes        int64  `json:"bytes"`
	OutputFormat string `json:"output_format,omitempty"`
	OutputWidth  int    `json:"output_width,omitempty"`
	OutputHeight int    `json:"output_height,omitempty"`
	OutputBytes  int64  `json:"output_bytes,omitempty"`

	// Method is how imgpool compress got the result, with what quality and
	// score, after how many trials; Sizes are what each format took, by name.
	Method  string           `json:"method,omitempty"`
	Quality int              `json:"quality,omitempty"`
	Score   float64          `json:"score,omitempty"`
	Trials  int              `json:"trials,omitempty"`
	Sizes   map[string]int64 `json:"sizes,omitempty"`
	// Findings are what imgpool check found wrong.
	Findings []findingLine `json:"findings,omitempty"`

	Warnings []string `json:"warnings,omitempty"`
	// Lost are words for what the output cannot hold of the input.
	Lost    []string `json:"lost,omitempty"`
	Seconds float64  `json:"seconds"`
}

type findingLine struct {
	Rule    string `json:"rule"`
	Message string `json:"message"`
}

// newFileLine is r as a JSON object.
func newFileLine(r stages.Result, verbose bool) fileLine {
	l := fileLine{
		Schema: schema, Type: "file", Input: r.Input, InputRaw: rawPath(r.Input),
		Output: r.Output, OutputRaw: rawPath(r.Output),
		Status: r.Outcome.String(), Reason: r.Reason, Internal: r.Internal,
		Format: formatName(r.Format), Width: r.InWidth, Height: r.InHeight, Bytes: r.BytesIn,
		OutputFormat: formatName(r.OutFormat), OutputWidth: r.Width, OutputHeight: r.Height, OutputBytes: r.BytesOut,
		Warnings: r.Warnings, Lost: r.Lost, Seconds: r.Elapsed.Seconds(),
	}
	if c := r.Compressed; c != nil {
		l.Method, l.Quality, l.Score, l.Trials = c.Method, c.Quality, c.Score, c.Trials
		for _, size := range c.Sizes {
			if l.Sizes == nil {
				l.Sizes = map[string]int64{}
			}
			l.Sizes[size.Format.String()] = size.Bytes
		}
	}
	for _, f := range r.Findings {
		l.Findings = append(l.Findings, findingLine(f))
	}
	if r.Err != nil {
		l.Error = r.Err.Error()
	}
	if verbose {
		l.Stack = string(r.Stack)
	}
	return l
}

// rawPath is what of a path JSON strings cannot hold, else nil.
func rawPath(path string) []byte {
	if utf8.ValidString(path) {
		return nil
	}
	return []byte(path)
}

// formatName is f's name, or nothing for an unknown format.
func formatName(f codec.Format) string {
	if f == codec.Unknown {
		return ""
	}
	return f.String()
}

// summaryLine is the last JSON object of a run.
type summaryLine struct {
	Schema    int              `json:"schema"`
	Type      string           `json:"type"` // "summary"
	Files     int64            `json:"files"`
	Written   int64            `json:"written"`
	Copied    int64            `json:"copied"`
	Skipped   int64            `json:"skipped"`
	Failed    int64            `json:"failed"`
	Cancelled int64            `json:"cancelled"`
	Planned   int64            `json:"planned"`
	Passed    int64            `json:"passed"`
	Found     int64            `json:"found"`
	SkippedBy map[string]int64 `json:"skipped_by"`
	FailedBy  map[string]int64 `json:"failed_by"`
	FoundBy   map[string]int64 `json:"found_by"`
	// Lost counts the outputs that lack something, by its words.
	Lost map[string]int64 `json:"lost,omitempty"`
	// Bytes and OutputBytes add up what was written and copied, or would be.
	Bytes       int64   `json:"bytes"`
	OutputBytes int64   `json:"output_bytes"`
	Seconds     float64 `json:"seconds"`
	// Exit is the code the process ends with, Error why the run did not come
	// to its end.
	Exit  int    `json:"exit"`
	Error string `json:"error,omitempty"`
	// Stages and Bottleneck come with --stats.
	Stages     []stageLine `json:"stages,omitempty"`
	Bottleneck string      `json:"bottleneck,omitempty"`
}

func newSummaryLine(s stages.Summary, err error) summaryLine {
	l := summaryLine{
		Schema: schema, Type: "summary", Files: s.Inputs(), Written: s.Written, Copied: s.Copied,
		Skipped: s.Skipped, Failed: s.Failed, Cancelled: s.Cancelled, Planned: s.Planned,
		Passed: s.Passed, Found: s.Found,
		SkippedBy: s.SkippedBy, FailedBy: s.FailedBy, FoundBy: s.FoundBy, Lost: s.Lost,
		Bytes: s.BytesIn, OutputBytes: s.BytesOut, Seconds: s.Elapsed.Seconds(), Exit: exitCode(err),
	}
	if err != nil && err != errFilesFailed && err != errFound {
		l.Error = err.Error()
	}
	return l
}

// writeLine writes v as one line of JSON in one write.
func writeLine(w io.Writer, v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return err
}
