import { millisecondsOf, type ImageBehaviour } from '@kubedan/contracts';
import type { ContainerPlay } from './container-play.js';
import { fullName, imageProblem, imageSize } from './images.js';
import { FIRST_BACKOFF, goDuration, MAX_BACKOFF, RESYNC } from './kubelet-times.js';
import type { PodScene } from './pod-scene.js';

const DEFAULT_PULL = 200;
/** With imagePullPolicy Always an image that is there is only compared with the registry's. */
const RECHECK_PULL = 50;

/** One step towards having the image. @returns whether it is there; if not, the state says why or a pull is under way */
export function ensureImage(scene: PodScene, play: ContainerPlay): boolean {
  if (play.imageReady) return true;
  const image = play.spec.image ?? '';
  const problem = imageProblem(image);
  if (problem) {
    const message = `Failed to apply default image tag ${JSON.stringify(image)}: couldn't parse image name ${JSON.stringify(image)}: ${problem}`;
    scene.event('Warning', 'InspectFailed', message, play.spec);
    scene.wait(play, { reason: 'InvalidImageName', message, error: 'InvalidImageName', retryMs: RESYNC });
    return false;
  }
  if (play.pull) return finishPull(scene, play, image);
  const present = scene.world.isOnNode(fullName(image));
  const policy = play.spec.imagePullPolicy ?? 'IfNotPresent';
  if (present && policy !== 'Always') {
    scene.event(
      'Normal',
      'Pulled',
      `Container image "${image}" already present on machine and can be accessed by the pod`,
      play.spec,
    );
    return (play.imageReady = true);
  }
  if (policy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    scene.event('Warning', 'ErrImageNeverPull', message, play.spec);
    scene.wait(play, { reason: 'ErrImageNeverPull', message, error: 'ErrImageNeverPull', retryMs: RESYNC });
    return false;
  }
  const backoff = play.pullBackoff;
  if (backoff && backoff.until > scene.now) {
    scene.event('Normal', 'BackOff', `Back-off pulling image "${image}"`, play.spec);
    const message = `Back-off pulling image "${image}": ErrImagePull: ${backoff.error}`;
    scene.wait(play, {
      reason: 'ImagePullBackOff',
      message,
      error: 'ImagePullBackOff',
      retryMs: Math.min(backoff.until - scene.now, RESYNC),
    });
    return false;
  }
  scene.event('Normal', 'Pulling', `Pulling image "${image}"`, play.spec);
  const pullsIn = pullMs(scene.world.behaviourOf(image));
  play.pull = { began: scene.now, doneAt: scene.now + (present ? Math.min(RECHECK_PULL, pullsIn) : pullsIn) };
  if (play.pull.doneAt <= scene.now) return finishPull(scene, play, image);
  scene.wake(play.pull.doneAt);
  return false;
}

function finishPull(scene: PodScene, play: ContainerPlay, image: string): boolean {
  if (!play.pull) return false;
  if (play.pull.doneAt > scene.now) {
    scene.wake(play.pull.doneAt);
    return false;
  }
  const took = goDuration(play.pull.doneAt - play.pull.began);
  delete play.pull;
  if (scene.world.behaviourOf(image)) {
    scene.world.putOnNode(fullName(image));
    const size = imageSize(image);
    const message = `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${size} bytes.`;
    scene.event('Normal', 'Pulled', message, play.spec);
    delete play.pullBackoff;
    return (play.imageReady = true);
  }
  const name = fullName(image);
  const error = `rpc error: code = NotFound desc = failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${name}: not found`;
  scene.event('Warning', 'Failed', `Failed to pull image "${image}": ${error}`, play.spec);
  const scale = scene.world.backoffScale;
  const delay = play.pullBackoff ? Math.min(MAX_BACKOFF * scale, play.pullBackoff.delay * 2) : FIRST_BACKOFF * scale;
  play.pullBackoff = { until: scene.now + delay, delay, error, shown: false };
  scene.wait(play, {
    reason: 'ErrImagePull',
    message: error,
    error: 'ErrImagePull',
    retryMs: Math.min(delay / 2, RESYNC),
  });
  return false;
}

function pullMs(behaviour: ImageBehaviour | undefined): number {
  return behaviour?.pullsIn === undefined ? DEFAULT_PULL : millisecondsOf(behaviour.pullsIn);
}
