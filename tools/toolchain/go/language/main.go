// The language host of Python, for an engine that is newer than it.
//
// The newest language host that is a module takes the folder of a plugin or policy pack from a field
// of the request that engines of today leave empty. This program starts that host, hands on what the
// engine asks of it, and fills in the field.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync/atomic"
	"syscall"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protowire"
)

const (
	host      = "pulumi-language-python-host" // lies beside this program
	runPlugin = "/pulumirpc.LanguageRuntime/RunPlugin"
	mostBytes = 400 << 20 // of a message, as everywhere between Pulumi's programs
)

// Fields of RunPluginRequest and ProgramInfo:
// https://github.com/pulumi/pulumi/blob/v3.259.0/proto/pulumi/language.proto
const (
	pwd              protowire.Number = 1
	program          protowire.Number = 2
	info             protowire.Number = 5
	kind             protowire.Number = 6
	programDirectory protowire.Number = 2
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "error: the language host of Python:", err)
		os.Exit(1)
	}
}

func run() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if self, err = filepath.EvalSymlinks(self); err != nil {
		return err
	}
	// By these the engine ends a language host. Where it was started to ignore the first, as in the
	// background of a script, so were its children, and it would wait for five seconds.
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, os.Interrupt, syscall.SIGTERM)
	child := exec.Command(filepath.Join(filepath.Dir(self), host), os.Args[1:]...)
	child.Stderr = os.Stderr
	told, err := child.StdoutPipe()
	if err != nil {
		return err
	}
	if err := child.Start(); err != nil {
		return err
	}
	var over atomic.Bool
	go func() {
		number := <-ended
		over.Store(true)
		_ = child.Process.Signal(number)
	}()
	var port int
	if _, err := fmt.Fscanln(told, &port); err != nil {
		_ = child.Wait()
		return fmt.Errorf("%s says no port: %w", host, err)
	}
	connection, err := grpc.Dial(fmt.Sprintf("127.0.0.1:%d", port),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(bytes{}), grpc.MaxCallRecvMsgSize(mostBytes)))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := grpc.NewServer(grpc.ForceServerCodec(bytes{}), grpc.MaxRecvMsgSize(mostBytes),
		grpc.UnknownServiceHandler(handOn(connection)))
	go func() { _ = server.Serve(listener) }()
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	_, _ = io.Copy(os.Stdout, told)
	if err := child.Wait(); err != nil && !over.Load() { // it ends with the engine, too
		return err
	}
	return nil
}

// handOn answers each call with what the host answers; all of them have one request.
func handOn(to *grpc.ClientConn) grpc.StreamHandler {
	return func(_ any, from grpc.ServerStream) error {
		method, _ := grpc.MethodFromServerStream(from)
		var request []byte
		if err := from.RecvMsg(&request); err != nil {
			return err
		}
		if method == runPlugin {
			request = withFolder(request)
		}
		onward, err := to.NewStream(from.Context(), &grpc.StreamDesc{ServerStreams: true}, method)
		if err != nil {
			return err
		}
		if err := onward.SendMsg(&request); err != nil {
			return err
		}
		if err := onward.CloseSend(); err != nil {
			return err
		}
		for {
			var answer []byte
			if err := onward.RecvMsg(&answer); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
			if err := from.SendMsg(&answer); err != nil {
				return err
			}
		}
	}
}

// withFolder says where the program of a plugin lies in the field where the host looks for it. The
// last of several values of a field counts. A policy pack runs in its own folder.
func withFolder(request []byte) []byte {
	folder := field(field(request, info), programDirectory)
	request = protowire.AppendBytes(protowire.AppendTag(request, program, protowire.BytesType), folder)
	if string(field(request, kind)) == "analyzer" {
		request = protowire.AppendBytes(protowire.AppendTag(request, pwd, protowire.BytesType), folder)
	}
	return request
}

// field is the value of a field of a message that is text or a message itself; empty if it is not
// there.
func field(message []byte, wanted protowire.Number) (value []byte) {
	for len(message) > 0 {
		number, form, size := protowire.ConsumeTag(message)
		if size < 0 {
			return nil
		}
		message = message[size:]
		if number == wanted && form == protowire.BytesType {
			value, _ = protowire.ConsumeBytes(message)
		}
		if size = protowire.ConsumeFieldValue(number, form, message); size < 0 {
			return nil
		}
		message = message[size:]
	}
	return value
}

// bytes lets messages through as they are.
type bytes struct{}

func (bytes) Name() string { return "proto" }

func (bytes) Marshal(message any) ([]byte, error) { return *message.(*[]byte), nil }

func (bytes) Unmarshal(data []byte, message any) error {
	*message.(*[]byte) = append([]byte(nil), data...)
	return nil
}
