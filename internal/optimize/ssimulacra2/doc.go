// Package ssimulacra2 says how much a picture looks like another: the metric
// SSIMULACRA 2.1 (Sneyers, Cloudinary, 2022-2023), in which 100 is the same
// pixels, 90 cannot be told apart when flickering between the two, 70 is good,
// 50 middling, and below 30 is poor. There is no lower end.
//
// # Definition
//
// Both pictures are taken to linear light, and from there, at six scales (1:1
// to 1:32, each the mean of 2x2 pixels of the one before), to the colours XYB of
// JPEG XL, brought into 0 to 1. Each component is blurred with sigma 1.5, as are
// the squares and the product of the two pictures. Three maps result: the
// structural error (1 - SSIM without the denominator of the luminance term),
// edges that the distorted picture has and the reference has not, and edges that
// it lost. Of each map the mean and the 4-norm are taken, and the 108 numbers
// (6 scales, 3 components, 3 maps, 2 norms) are summed with weights fitted to
// human opinions; a polynomial and a power take the sum to the scale above.
// Pictures that are too small for six scales have fewer numbers, which then meet
// other weights: that is so in the published program, too, and it is followed.
//
// Transparent pictures are laid on a dark and on a bright ground, as the
// published program does, and the lower score counts. Other than there, a
// transparent picture beside an opaque reference is also seen on both.
//
// # Pixels
//
// Samples are sRGB. Planes of YCbCr are JFIF's, full range, chroma centred
// between its pixels and interpolated linearly, as libjpeg does by default: what
// a viewer will show, so that halved chroma costs what one sees of it.
//
// # The same everywhere
//
// A score decides which quality is written, so it has to be the same on every
// machine: see internal/kernel/ssim, and [power]. Scores are within 0.002 of the
// definition computed in float64. The published program runs its recursive
// filter in float32, whose resonators do not forget a rounding error: its
// scores are lower, by 0.1 in most photos, by up to 1 where large smooth areas
// score near 90.
//
// # Memory and time
//
// A Reference holds its XYB planes at all scales, and a comparison streams the
// other picture through a few rows of each: see [Cost].
package ssimulacra2
