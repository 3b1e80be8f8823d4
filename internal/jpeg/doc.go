// Package jpeg decodes baseline, extended and progressive 8-bit JPEG files
// (ITU-T T.81) into planar YCbCr or grey pictures, at full size or scaled down
// by 2, 4 or 8 during the inverse DCT.
//
// The scale may differ per component, chroma subsampling is kept, and nothing
// is converted to RGB. [DecodeInks] decodes the four planes of CMYK and YCCK
// files. What the package does not do ([Parse] names it in an
// [UnsupportedError] before any pixel is allocated) is left to the caller:
// RGB, 12 bits, arithmetic coding, lossless, hierarchical files,
// a height that only a DNL segment gives, and sampling that image.YCbCr
// cannot hold.
//
// # How a picture is decoded
//
//	parser   marker.go       segments -> frame, tables, one scan after the other
//	unstuff  entropydata.go  (kernel/unstuff) a scan's bytes without stuffing, cut at restart markers
//	entropy  baseline.go     (kernel/entropy) Huffman codes -> the coefficients that the scale needs
//	         progressive*.go (kernel/progressive) the same for progressive scans
//	idct     (kernel/idct)   rows of blocks -> rows of pixels
//	planes   plane.go        pooled pixel memory, handed to the caller in a [Picture]
//
// # How a file is written again without loss
//
// [Recode] reads the coefficients and writes them with a script of scans and
// Huffman tables made for them; colours do not matter to it.
//
//	read     sparse_read.go    any sequential or progressive scans -> [sparse] coefficients
//	count    script.go         the symbols that a scan would have, without writing it
//	search   script_search.go  counts -> the AC scans that take the fewest bits
//	plan     script_plan.go    DC scans, the order of all; or a sequential file
//	tables   script_tables.go  which scans share a Huffman table
//	write    recode_write.go   scan by scan: tokens, tables, header, bits
//
// [Requantise] does the same with coarser steps: a smaller file without a way
// through pixels. It shares with [Encode], where that makes an effort, the
// tables (encode_quant.go) and the choice of levels (quantise.go, trellis.go).
// For a search among qualities a [Recoder] holds the coefficients, and a sample
// of the blocks tells beforehand how large a file gets and what it loses
// (estimate.go).
//
// # The seam between sequential and progressive decoding
//
// [Decoder.Decode] parses up to the first scan, sets up the frame (geometry,
// scales, planes) and hands over to decodeSequential or decodeProgressive:
//
//	func (d *Decoder) decodeProgressive(f *frame, first *scan) error
//
// It is called with the header of the first scan read, the parser d.parser
// standing at that scan's entropy-coded data. It has to
//
//   - take the scans one by one: d.scanData(s) returns a scan's unstuffed bytes
//     and restart segments and moves the parser behind them; d.skipScan(s) only
//     moves the parser; d.parser.next() reads the next scan header with the
//     tables and the restart interval in force there (nil at the end);
//   - fill the plane of every component c of f: row r of blocks begins at
//     c.plane.pix[r*c.size*c.plane.stride:], c.size = 8/scale pixels a block,
//     c.paddedX x c.paddedY blocks are there to be written, c.blocksX x
//     c.blocksY of them are the component's own;
//   - leave f.progress at the number of blocks that arrived out of those that
//     should have: Decode turns a shortfall into an [IncompleteError].
//
// It returns a FormatError only for what makes the file unreadable; data that
// end early or are corrupt are a shortfall of f.progress, not an error.
//
// # Rules that both decoders and the reference decoder of the tests follow
//
//   - A coefficient is kept modulo 2^16, as an int16, the DC predictor too.
//   - DC categories above 15 and AC symbols of size 0 with a run other than 0
//     and 15 (sequential scans) are corrupt, so is a code that no table has and
//     a run that leaves the block (position 64 exactly is the block's end).
//   - In a first AC scan a value that has more than 15 bits with its point
//     transform is corrupt, in a refinement scan a size above 1 is. An
//     end-of-band run beyond the segment's last block is cut.
//   - A progressive scan may repeat or overlap others: first scans replace the
//     coefficients they give a value, refinements go by which coefficients have
//     ever had one. (The decoder refuses to refine the same bit twice.) What no
//     scan holds is zero.
//   - A restart segment is good up to the last MCU that is complete inside it.
//     The failing MCU and the rest of the segment count as missing; their
//     coefficients stay what they were before the scan: zero (grey), or less
//     precise.
//   - Restart markers are numbered: one that is 1 or 2 ahead of the expected
//     number means that so many intervals are lost, one that is 1 or 2 behind is
//     dropped together with its segment, any other is taken for the expected one.
//   - 0xFF bytes before a marker or a stuffed zero are fill. RSTn in a scan
//     without restart interval, or any other marker, ends the scan's data.
//   - A component's quantisation table is the one in force when its first scan
//     begins.
//   - Bytes between the last MCU of a segment and the next marker are ignored.
package jpeg
