// Package meta reads and edits the metadata blocks that image files carry: EXIF (a small TIFF file of its own) and ICC
// profiles.
//
// Blocks come from strangers. Nothing here allocates by a declared length, follows an offset out of the block, or
// fails: a block that makes no sense simply says nothing.
package meta
