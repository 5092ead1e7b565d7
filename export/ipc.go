package export

import (
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"
)

// ipcSink writes Arrow IPC, a file (with a footer, for random access) or a stream. Types and values are those of the
// reader, instants labelled UTC. A dictionary column stays one in a stream, and is written plain in a file.
type ipcSink struct {
	shape *shape
	w     interface {
		Write(arrow.RecordBatch) error
		Close() error
	}
}

func newIPCSink(w io.Writer, schema *arrow.Schema, file bool, o Options) (*ipcSink, error) {
	s := &ipcSink{shape: newShape(schema, file, o)}
	if !file {
		s.w = ipc.NewWriter(w, ipc.WithSchema(s.shape.schema))
		return s, nil
	}
	var err error
	s.w, err = ipc.NewFileWriter(w, ipc.WithSchema(s.shape.schema))
	return s, err
}

func (s *ipcSink) write(b arrow.RecordBatch) error {
	shaped, err := s.shape.batch(b)
	if err != nil {
		return err
	}
	defer shaped.Release()
	return s.w.Write(shaped)
}

func (s *ipcSink) close() error { return s.w.Close() }
