// Package pipeline joins pools of workers by channels.
package pipeline
