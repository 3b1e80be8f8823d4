// Package meta reads, filters and edits the metadata blocks that image files carry: EXIF (a small TIFF file of its own),
// XMP (RDF in XML), IPTC-IIM inside Photoshop resources, and the names of ICC profiles. [Filter] applies a [Policy] to
// them.
//
// Blocks come from strangers. Nothing here allocates by a declared length, follows an offset out of the block, or
// fails: a block that makes no sense simply says nothing. What Filter lets through is written anew, entry by entry, so
// that nothing rides along between the known parts; only [All] passes bytes on as they are.
package meta
