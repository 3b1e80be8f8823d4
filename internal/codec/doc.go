// Package codec turns bytes into pixels and pixels into bytes. It knows no files, no folders and no goroutines.
//
// The way through it is always the same: [Sniff] tells the format by content, [ReadHeader] walks the structure of the
// whole file without allocating pixels, the caller compares [Header] with its limits and [Header.DecodeCost] with its
// budget, and only then [Decode] allocates. [Encode] writes, [StripMetadata] rewrites a file without touching its
// pixels.
//
// Every input is taken to be hostile: lengths are checked before they are used, what a header declares is compared with
// what the decoder really made, compressed metadata is inflated up to a bound, and a library's panic comes out as a
// [FormatError].
//
// One file per format. A format joins by a row in the table of codec.go.
package codec
