package io.flinklm.cli.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.FlinkLm;
import io.flinklm.cli.fixture.RestRequest;
import io.flinklm.local.flink.Cluster;
import io.flinklm.local.flink.RunningJob;
import io.flinklm.local.process.ClassPath;
import io.flinklm.local.process.FlinkProcesses;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Flink's REST interface shows everything to this machine, and does nothing for anybody. */
class DashboardAccessITCase {
  private static final String EVIL = "http://evil.example";

  @TempDir private static Path directory;
  private static Cluster cluster;
  private static RunningJob job;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    cluster = Cluster.start(0, directory.resolve("checkpoints"), Duration.ofSeconds(1), 1);
    StreamExecutionEnvironment environment = cluster.environment(Optional.empty());
    environment
        .fromSequence(0, Long.MAX_VALUE)
        .map(
            number -> {
              Thread.sleep(1);
              return number;
            })
        .sinkTo(new DiscardingSink<>());
    job = cluster.submit(environment, "without end");
    port = URI.create(cluster.dashboard()).getPort();
    while (status() != JobStatus.RUNNING) {
      Thread.sleep(20);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    // What is refused by REST, this process still can.
    Path savepoint = job.stopWithSavepoint(directory.resolve("savepoints"));
    cluster.close();
    assertThat(savepoint.resolve("_metadata")).exists();
  }

  private static JobStatus status() {
    return job.client().getJobStatus(job.id()).join();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /jobs/ID/yarn-cancel",
    "GET, /jobs/ID/yarn%2Dcancel/",
    "GET, /v1/jobs/ID/yarn-cancel?mode=cancel",
    "GET, //jobs/ID/yarn-cancel",
    "GET, /jobs/ID/yarn-stop",
    "DELETE, /jobs/ID/yarn-cancel",
    "PATCH, /jobs/ID?mode=cancel",
    "PATCH, /v1/jobs/ID",
    "POST, /jobs/ID/savepoints",
    "POST, /jobs/ID/stop",
    "POST, /jobs/ID/checkpoints",
    "PATCH, /jobs/ID/rescaling?parallelism=2",
    "POST, /jobs/ID/rescaling?parallelism=2",
    "PUT, /jobs/ID/resource-requirements",
    "POST, /savepoint-disposal",
    "DELETE, /cluster",
    "POST, /jobs",
    "POST, /jars/upload",
    "POST, /jars/some.jar/run",
    "POST, /jars/some.jar/plan",
    "DELETE, /jars/some.jar",
    "POST, /taskmanagers/some/profiler",
    "OPTIONS, /jobs",
  })
  void nothingIsDone(String method, String path) throws Exception {
    RestRequest request =
        RestRequest.of(method, path.replace("ID", job.id().toString())).withBody("{}");
    RestRequest json = request.with("Content-Type: application/json");

    assertThat(json.send(port).status()).isEqualTo(403);
    assertThat(json.with("Origin: " + EVIL).send(port).status()).isEqualTo(403);
    // As the dashboard's own page would.
    assertThat(json.with("Origin: http://localhost:" + port).send(port).status()).isEqualTo(403);
    assertThat(json.with("Host: evil.example:" + port).send(port).status()).isEqualTo(403);
    assertThat(status()).isEqualTo(JobStatus.RUNNING);
  }

  @Test
  void anUploadIsNotEvenWritten() throws Exception {
    String file =
        """
        --x
        Content-Disposition: form-data; name="jarfile"; filename="planted.jar"
        Content-Type: application/x-java-archive

        no jar
        --x--
        """
            .replace("\n", "\r\n");
    RestRequest upload =
        RestRequest.of("POST", "/jars/upload")
            .with("Content-Type: multipart/form-data; boundary=x")
            .withBody(file);

    assertThat(upload.send(port).status()).isEqualTo(403);
    assertThat(upload.with("Origin: " + EVIL).send(port).status()).isEqualTo(403);
    assertThat(temporaryFiles("planted.jar")).isEmpty();
  }

  /** Temporary files of a name, however the others come and go meanwhile. */
  private static List<Path> temporaryFiles(String name) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        Path.of(System.getProperty("java.io.tmpdir")),
        Set.of(),
        4,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.endsWith(name)) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/config",
        "/overview",
        "/jobs/overview",
        "/jobs/ID",
        "/jobs/ID/checkpoints",
        "/jobs/ID/exceptions",
        "/jobmanager/config",
        "/jobmanager/metrics",
        "/taskmanagers"
      })
  void everythingIsShownToThisMachineAlone(String path) throws Exception {
    RestRequest request = RestRequest.of("GET", path.replace("ID", job.id().toString()));

    RestRequest.Answer answer = request.send(port);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.text()).doesNotContain("access-control-allow-origin: *", EVIL);
    for (String own : List.of("127.0.0.1:" + port, "[::1]:" + port, "LocalHost:" + port, "[::1]")) {
      assertThat(request.with("Host: " + own).send(port).status()).as(own).isEqualTo(200);
    }
    assertThat(request.with("Origin: http://localhost:" + port).send(port).status()).isEqualTo(200);

    for (String foreign :
        List.of("evil.example:" + port, "localhost.evil.example", "127.0.0.1.evil.example", "")) {
      answer = request.with("Host: " + foreign).send(port);
      assertThat(answer.status()).as(foreign).isEqualTo(403);
      assertThat(answer.text()).contains("a host that this is not");
    }
    for (String foreign : List.of(EVIL, "null", "http://localhost:" + (port - 1))) {
      answer = request.with("Origin: " + foreign).send(port);
      assertThat(answer.status()).as(foreign).isEqualTo(403);
      assertThat(answer.text()).contains("of another origin");
    }
  }

  /** A cluster of other processes takes its commands by REST: from programs, from no web page. */
  @Test
  void aSessionClusterObeysProgramsAndNoWebPage() throws Exception {
    ClassPath classPath = ClassPath.ofThisProcess(FlinkLm.class);
    try (FlinkProcesses flink =
        FlinkProcesses.start(directory.resolve("session"), classPath.cluster(), 0, Map.of())) {
      int ofSession = Integer.parseInt(flink.settings().get("rest.port"));
      String unknown = "/jobs/" + "0".repeat(32);
      awaitAnswer(ofSession);

      RestRequest cancel = RestRequest.of("PATCH", unknown);
      assertThat(cancel.send(ofSession).status()).isEqualTo(404);
      assertThat(cancel.with("Origin: " + EVIL).send(ofSession).status()).isEqualTo(403);
      assertThat(cancel.with("Origin: http://localhost:" + ofSession).send(ofSession).status())
          .isEqualTo(403);
      assertThat(cancel.with("Host: evil.example").send(ofSession).status()).isEqualTo(403);
      assertThat(RestRequest.of("GET", unknown + "/yarn-cancel").send(ofSession).status())
          .isEqualTo(403);
      assertThat(RestRequest.of("POST", "/jars/upload").send(ofSession).status()).isEqualTo(404);
    }
  }

  private static void awaitAnswer(int ofSession) throws Exception {
    while (true) {
      try {
        if (RestRequest.of("GET", "/overview").send(ofSession).status() == 200) {
          return;
        }
      } catch (ConnectException e) {
        // It is only starting.
      }
      Thread.sleep(100);
    }
  }
}
