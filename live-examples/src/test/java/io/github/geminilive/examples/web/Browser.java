package io.github.geminilive.examples.web;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.geminilive.audio.pcm.PcmAudio;
import io.github.geminilive.audio.pcm.PcmFormat;
import io.github.geminilive.audio.pcm.WavWriter;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.ScriptTimeoutException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A Chromium without a window, whose microphone hears a file. */
final class Browser implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  // Kept here, as a logger nobody holds forgets its level.
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  static {
    // It warns of a part that is not used here.
    SELENIUM.setLevel(Level.SEVERE);
  }

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * A browser; without one on this machine the test is left out, in CI it fails.
   *
   * @param speech what its microphone hears, once, from when the page opens it on; null for a
   *     microphone that nobody may use
   */
  static Browser open(@Nullable Path speech) {
    File program = onPath("chromium", "chromium-browser", "google-chrome");
    File control = onPath("chromedriver");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(program);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--window-size=1280,800",
        "--use-fake-device-for-media-stream");
    if (speech != null) {
      options.addArguments(
          "--use-fake-ui-for-media-stream",
          "--use-file-for-fake-audio-capture=" + speech.toAbsolutePath() + "%noloop");
    }
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service = new ChromeDriverService.Builder()
        .usingDriverExecutable(control)
        .usingAnyFreePort()
        .withSilent(true)
        .build();
    Browser browser = new Browser(new ChromeDriver(service, options));
    browser.driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
    if (speech == null) {
      browser.microphone("denied");
    }
    return browser;
  }

  /** Answers for the person who is asked whether the page may hear: granted or denied. */
  void microphone(String answer) {
    driver.executeCdpCommand(
        "Browser.setPermission",
        Map.of("permission", Map.of("name", "microphone"), "setting", answer));
  }

  /** Keeps the microphone from the page that is loaded: none is found. */
  void hideMicrophone() {
    hideMicrophone("NotFoundError");
  }

  /** Keeps the microphone from the page that is loaded, for a reason. */
  void hideMicrophone(String reason) {
    driver.executeScript(
        "navigator.mediaDevices.getUserMedia ="
            + " () => Promise.reject(new DOMException('', arguments[0]))",
        reason);
  }

  /** The microphone is there again, and the page tries again: from now on it hears. */
  void showMicrophone() {
    driver.executeScript("delete navigator.mediaDevices.getUserMedia");
    click("#retry");
  }

  private static File onPath(String... names) {
    Optional<Path> found = Stream.of(names)
        .flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .map(directory -> Path.of(directory, name)))
        .filter(Files::isExecutable)
        .findFirst();
    if (found.isEmpty()) {
      String problem = "there is no " + String.join(" or ", names) + " on the PATH";
      return System.getenv("CI") == null ? abort(problem) : fail(problem);
    }
    return found.get().toFile();
  }

  /**
   * Writes what a microphone hears.
   *
   * @param parts 16 kHz, 16-bit mono, one after the other
   */
  static Path speech(Path file, byte[]... parts) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.write(part);
    }
    // The browser's fake microphone wants its own rate.
    WavWriter.write(
        file,
        PcmAudio.copyOf(PcmFormat.LIVE_INPUT, all.toByteArray())
            .convertTo(PcmFormat.s16le(48_000, 1)));
    return file;
  }

  ChromeDriver driver() {
    return driver;
  }

  void load(URI page) {
    driver.get(page.toString());
    await("window.liveStats !== undefined");
  }

  WebElement find(String css) {
    return driver.findElement(By.cssSelector(css));
  }

  void click(String css) {
    find(css).click();
  }

  void chooseRoute(String route) {
    driver.executeScript("document.querySelector('input[value=" + route + "]').click()");
  }

  /** What the page has measured. */
  JsonNode stats() {
    try {
      return JSON.readTree((String) driver.executeScript("return JSON.stringify(liveStats)"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Waits in the page.
   *
   * @param condition an expression; {@code liveStats} is what the page has measured
   */
  void await(String condition) {
    try {
      driver.executeAsyncScript("""
          const done = arguments[0];
          const look = () => (%s) ? done() : setTimeout(look, 20);
          look();
          """.formatted(condition));
    } catch (ScriptTimeoutException e) {
      throw new AssertionError(
          "never came true: " + condition + "\n" + stats().toPrettyString() + "\n" + console(), e);
    }
  }

  /** All that a WebSocket or an answer brought, and what was sent, as far as it is text. */
  List<String> traffic() {
    List<String> seen = new ArrayList<>();
    for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
      seen.add(entry.getMessage());
    }
    return seen;
  }

  /** What the page complained of. */
  List<String> console() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::toString)
        .toList();
  }

  void screen(int width, int height, boolean phone, boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  /** Keeps what is seen now, for people to look at. */
  void picture(String name) throws IOException {
    Path directory = Files.createDirectories(Path.of("target", "screenshots"));
    Files.write(directory.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
