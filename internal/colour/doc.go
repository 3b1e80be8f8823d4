// Package colour brings pictures with an embedded ICC profile into sRGB.
//
// # What is converted
//
// Pictures are converted with relative colorimetric intent and black point compensation, as lcms does with these settings;
// colours outside of sRGB are cut off in each channel. It happens after resampling, on the small picture, in whatever pixel
// type the picture has: planes of a JPEG stay planes.
//
//   - Matrix profiles (three colorants and three curves: Adobe RGB, Display P3, ProPhoto, Rec. 2020, most screens and
//     cameras) and grey profiles are read and computed here.
//   - RGB profiles with a lookup table (AToB0, AToB1) are read by github.com/kovidgoyal/imaging/prism/meta/icc, sampled once
//     into a table of 33x33x33 colours, and interpolated from that.
//   - CMYK profiles belong to the decoder of such pictures, which hands out sRGB.
//
// # Numbers
//
// All pixel arithmetic is in integers. What precedes it, the curves and matrices of a profile, is in float64 with each
// product rounded before it is added, and with a power function made of the four basic operations: the bytes are the same
// on every machine. For profiles with a lookup table this holds as far as rounding the library's float64 results to 16 bits
// hides differences in their last bit.
//
// Profiles come from anywhere. Sizes and counts are checked before anything is allocated, and a panic of the library, which
// starts no goroutines here, is turned into an error.
package colour
