// Package deflate writes DEFLATE streams (RFC 1951) in as few bytes as the
// effort allows, in the zlib wrapping of RFC 1950, and reads them back within
// bounds that the caller sets.
//
// # How the bytes are found
//
//  1. Matches (match.go): a binary tree per hash holds the last 32 KiB sorted by
//     what follows, most recent position at the root. Descending it inserts the
//     new position and finds, for every length, the nearest match. The matches
//     of a whole segment are kept, so the passes that follow search no more.
//  2. Parse (parse.go): the cheapest path from the segment's end to its start
//     through literals and matches, by the cost in bits of each symbol. All
//     lengths of matches are looked at only near the path found last.
//  3. Split (split.go): the path's symbols are cut into blocks where their
//     statistics change: neighbours are merged as long as one code for both is
//     smaller than two codes.
//  4. Costs (cost.go): each block's statistics give the costs for the next
//     parse; steps 2 to 4 are repeated while the result shrinks.
//  5. Code (huffman.go, header.go, flatten.go, block.go): length-limited Huffman
//     codes by package-merge and the cheapest run-length coding of their lengths,
//     or codes a little worse whose lengths take less; a block that is smaller
//     stored or with the fixed code is written so.
//
// The first costs come from a lazy parse with hash chains (lazy.go), which also
// serves alone as the quick estimate by which callers compare variants of their
// data.
//
// Everything is integers or tables made of integers, so the same input and
// options give the same bytes on every machine.
package deflate
