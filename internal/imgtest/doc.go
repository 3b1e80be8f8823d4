// Package imgtest holds what tests of pictures have in common: how far two pictures are apart, synthetic photos that are
// the same on every machine, golden files, and where the corpus of real files is. Only tests and the generator of testdata
// import it.
package imgtest
