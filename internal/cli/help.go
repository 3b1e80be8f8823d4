package cli

// rootHelp is the template of imgpool's own help; the library fills it in.
const rootHelp = `{{.Name}} - {{.Usage}}

Usage:
  {{.UsageText}}

Commands:
{{range .VisibleCommands}}  {{printf "%-10s" .Name}}{{.Usage}}
{{end}}
Flags:
{{range .VisibleFlags}}  {{printf "%-28s" .Label}}{{.Usage}}
{{end}}
Example:
  imgpool resize -w 800 photos     writes every picture of photos/, 800 wide, to photos-resized/
  imgpool compress assets          writes the pictures of assets/ in fewer bytes to assets-compressed/
  imgpool check assets             says which of them could be smaller; exit code 3 if some could

imgpool help COMMAND tells more.
`

// commandHelp is the template of a command's help. Flags stand in the order of
// their definition, under their headings.
const commandHelp = `{{.HelpName}} - {{.Usage}}

Usage:
  {{.UsageText}}

{{.Description}}
{{$group := ""}}{{range .VisibleFlags}}{{if ne .Group $group}}{{$group = .Group}}
{{$group}}:
{{end}}  {{printf "%-28s" .Label}}{{.Usage}}
{{end}}
Exit codes:
  ` + exitCodes + `
`

const resizeDescription = `Every picture is written upright, in sRGB and never enlarged unless --enlarge is given. Inputs
are files and folders; - is standard input, and the result then goes to standard output. The type
of a file is told by its content. Originals stay as they are unless --in-place is given.

Examples:
  imgpool resize -w 800 photos                  to photos-resized/, same tree and names
  imgpool resize -w 800 a.jpg                   to a-800w.jpg
  imgpool resize --long-edge 2048 -f webp -o web photos --exclude 'raw/**'
  imgpool resize -w 400 --height 400 --fit cover -o thumbs photos
  imgpool resize --percent 50 - < in.png > out.png`

const convertDescription = `Writes pictures in another format, at their own size unless a flag of the size is given: upright,
in sRGB, originals stay as they are. All else is as in imgpool resize.

Examples:
  imgpool convert -f webp photos                to photos-converted/, same tree and names
  imgpool convert -f avif -q 60 a.png           to a.avif
  imgpool convert - -f jpeg < in.heic > out.jpg`

const compressDescription = `Writes every picture in fewer bytes, in its own size and format: with pixels that look the same
(-q 80), or with the very same ones (--lossless). What cannot be made smaller is
copied as it is, so that the output is complete; nothing is ever larger than before. Run again, it
finds nothing to do.

Examples:
  imgpool compress assets                       to assets-compressed/, same tree and names
  imgpool compress --in-place assets            replaces what gets smaller by 1 %
  imgpool compress --in-place --min-savings 5% assets
  imgpool compress --lossless -o build/img assets
  imgpool compress --max-bytes 200k assets      the best quality that fits
  imgpool compress --target 90 assets           the fewest bytes that cannot be told apart
  imgpool compress -f auto assets               the smallest of JPEG, PNG, WebP and AVIF for each
  imgpool compress --dry-run assets             says how small each file would get`

const checkDescription = `Looks at every picture as imgpool compress would and says what is wrong; nothing is written. The
exit code is 3 if something was found, which fails a build.

Examples:
  imgpool check assets                          what could be smaller by 1 %, or tells a position
  imgpool check --max-bytes 200k --max-width 1600 assets
  imgpool check --formats jpeg,png,webp,svg --min-savings 5% assets
  imgpool check --format github assets          annotations; by itself so in GitHub Actions
  imgpool check --json assets | jq -r 'select(.findings) | .input'`

const formatsDescription = `Prints the formats that this build reads and writes, and with which libraries. The type of a file
is told by its content; the extensions are those that outputs get or keep.

Example:
  imgpool formats --json | jq -r 'select(.write) | .format'`

const infoDescription = `Prints format, size, orientation, bit depth, colour profile, frames and metadata blocks of each
file, from its header; - is standard input.

Example:
  imgpool info --json photos/*.jpg | jq -r 'select(.orientation > 1) | .path'`

const versionDescription = `Prints the version; with -v also how imgpool was built and which code paths this machine takes.

Example:
  imgpool version -v`
