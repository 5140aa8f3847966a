package io.flinklm.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the library of tokenizers does to the machine: it unpacks one file, and asks no network. */
class SubwordProcessTest {
  @TempDir private Path folder;

  /** A process that cuts a text, and in which whoever opens a connection fails. */
  static final class Encoding {
    @SuppressWarnings("deprecation") // The one way to see every socket that Java opens.
    public static void main(String[] arguments) throws Exception {
      Socket.setSocketImplFactory(
          () -> {
            throw new AssertionError("a socket is opened");
          });
      ProxySelector.setDefault(
          new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
              throw new AssertionError("a connection is opened to " + uri);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException e) {
              throw new AssertionError("a connection was opened to " + uri);
            }
          });
      Tokenizer tokenizer = TokenizerKind.SUBWORDS.read(Path.of(arguments[0]));
      System.out.println(Arrays.toString(tokenizer.ids("two thousand and seven")));
    }
  }

  private Process start(Path cache) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-DENGINE_CACHE_DIR=" + cache,
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Encoding.class.getName(),
            SubwordTokenizerTest.fixtureFile("byte-level").toString());
    return builder.redirectErrorStream(true).start();
  }

  @Test
  void processesThatStartTogetherUnpackOneLibraryAndAskNoNetwork() throws Exception {
    Path cache = folder.resolve("cache");
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(start(cache));
    }
    String expected =
        Arrays.toString(SubwordTokenizerTest.fixture("byte-level").ids("two thousand and seven"));
    for (Process process : processes) {
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
      assertThat(said.lines().reduce((a, b) -> b)).as(said).hasValue(expected);
    }
    try (Stream<Path> files = Files.walk(cache).filter(Files::isRegularFile)) {
      assertThat(files.map(file -> cache.relativize(file).toString()).toList())
          .singleElement()
          .asString()
          .startsWith("tokenizers/")
          .endsWith(System.mapLibraryName("tokenizers"));
    }
    try (Stream<Path> kept = Files.list(cache.resolve("tokenizers"))) {
      assertThat(kept).as("nothing is left of what was unpacked beside it").hasSize(1);
    }
  }
}
