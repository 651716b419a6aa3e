// Program dial tries to connect to each address of its arguments, all at once, and says for each whether that went well: what a
// learner's program sees of the network. It ends when every line is written.
package main

import (
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

func main() {
	var all sync.WaitGroup
	for _, address := range os.Args[1:] {
		all.Add(1)
		go func() {
			defer all.Done()
			connection, err := net.DialTimeout("tcp", address, 3*time.Second)
			if err != nil {
				fmt.Printf("%s closed %v\n", address, err)
				return
			}
			connection.Close()
			fmt.Printf("%s open\n", address)
		}()
	}
	all.Wait()
}
