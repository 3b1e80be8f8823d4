// Package compress finds the smallest bytes that show the same picture. [Smallest] takes one file and returns one; it
// chooses between what the optimisers of each format offer and never returns more bytes than it was given.
//
// # What stays the same
//
// With [Options.Lossless] every pixel whose alpha is not 0, of every frame. Formats whose writers do not prove that by
// themselves (GIF, WebP, TIFF, BMP) are decoded again and compared before their result is taken.
//
// # Metadata
//
// Blocks go through [meta.Filter] by the policy. What changes how the pixels are shown (orientation, a profile that is not
// sRGB, gamma) always stays.
//
// # Again
//
// A result given to Smallest again with the same options comes back as it is: what is lossless ends in a fixed point, and
// what lost something is recognised by what it is (see each format), so that it does not lose twice.
package compress
