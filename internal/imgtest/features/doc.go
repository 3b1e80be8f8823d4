// Package features holds no code. Its test resizes every file of the corpus of features to 64 pixels, as a user would,
// and holds the results against what other programs make of the same files. The files that differ, or that imgpool
// refuses though the other program reads them, are in testdata/features.tsv with the reason of each; the test fails when
// a file is in that table wrongly, or should be and is not.
//
// # References
//
// All of these are packages of Debian:
//
//   - JPEG: ImageMagick, because its libjpeg-turbo is the decoder that most programs share, and because it keeps CMYK as
//     it is until a profile converts it.
//   - GIF: ImageMagick -coalesce, the first frame on its canvas.
//   - BMP and TIFF: ImageMagick, which reads more kinds than any other, TIFF through libtiff.
//   - PNG: libvips, because it hands out samples as they are stored, untouched by gAMA, cHRM and cICP, so that the rule
//     below can be applied to them. APNG: apngdis for the first frame, as libvips does not know of frames.
//   - WebP: libvips, which is libwebp with the orientation and the profile taken from the file, as dwebp does not.
//   - AVIF: avifdec, the tool of the format's own library, with the rotation that it leaves out; ImageMagick (libheif) for
//     those with a mirror or clean aperture. Chroma is repeated, as the build of libavif in imgpool does.
//
// # Colour
//
// The reference is resampled by ImageMagick, by Lanczos' filter as here, in the colours of the file, and then converted to
// sRGB by lcms, relative colorimetric with black points matched. Its profile is the embedded one; else, for PNG, one made of
// cICP or of gAMA and cHRM in the order of the specification; else, for AVIF, one made of the code points that it has. PQ is
// brought down to 1 at 1000 cd/m2, as package colour documents. CMYK without a profile is taken for offset printing: Coated
// FOGRA27. What has none of these is sRGB.
//
// # Measure
//
// A file passes at 35 dB, or at a mean difference of 2 levels of 255, measured on black and on white. A JPEG that became
// smaller is measured after both pictures are halved once more: imgpool decodes such a file at a reduced scale, by another
// filter than Lanczos', and what is compared here is what was decoded, not how it was resampled. Of the files that the
// reference reads at least 97 % pass.
//
// PngSuite's files that begin with x are broken on purpose and do not count. Files that come out as copies are resized into TIFF, so that their pixels are looked at.
package features
