// Signs in with Amazon's own JavaScript library, the way adiutaOpt's page shows it: one job a line of standard input,
// one line of JSON out for each, in order. A job is {username, password} and what to answer when asked: newPassword,
// attributes, code, mfaType. Arguments: user pool id, client id, endpoint.
const path = require("path");
const readline = require("readline");
const { createRequire } = require("module");

const modules = process.env.OPTCLOUD_NODE_MODULES;
const requireThere = createRequire(path.join(modules, "..", "package.json"));
const { AuthenticationDetails, CognitoUser, CognitoUserPool } = requireThere("amazon-cognito-identity-js");

// Powers take the library a third of a second a sign-in. Its build for React Native replaces modPow by native
// arithmetic; so does this, once its own has given the same for the sign-ins of the first users.
const BigInteger = requireThere("amazon-cognito-identity-js/lib/BigInteger").default;
const ownModPow = BigInteger.prototype.modPow;
let toCompare = 12;

function nativeModPow(base, exponent, modulus) {
  let result = 1n;
  for (let square = ((base % modulus) + modulus) % modulus; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

const toNative = (number) => (number.compareTo(BigInteger.ZERO) < 0 ? -toNative(number.negate()) : BigInt(`0x${number.toString(16)}`));

BigInteger.prototype.modPow = function (exponent, modulus, callback) {
  const power = nativeModPow(toNative(this), toNative(exponent), toNative(modulus)).toString(16);
  if (toCompare === 0) return callback(null, new BigInteger(power, 16));
  toCompare -= 1;
  return ownModPow.call(this, exponent, modulus, (error, own) => {
    if (!error && own.toString(16) !== power) throw new Error("native arithmetic disagrees with the library's own");
    callback(error, own);
  });
};

const [UserPoolId, ClientId, endpoint] = process.argv.slice(2);

// Each user has a storage of its own: else a refresh is taken for the user who signed in last.
const storage = () => {
  const kept = new Map();
  return {
    setItem: (key, value) => kept.set(key, value),
    getItem: (key) => (kept.has(key) ? kept.get(key) : null),
    removeItem: (key) => kept.delete(key),
    clear: () => kept.clear(),
  };
};

const refused = (error) => ({ error: error.code, message: error.message });

function signIn(job) {
  return new Promise((resolve) => {
    const Storage = storage();
    const Pool = new CognitoUserPool({ UserPoolId, ClientId, endpoint, Storage });
    const user = new CognitoUser({ Username: job.username, Pool, Storage });
    const asked = [];
    const callbacks = {
      onSuccess: (session) => {
        const idToken = session.getIdToken().getJwtToken();
        user.refreshSession(session.getRefreshToken(), (error, refreshed) => {
          if (error) return resolve({ asked, ...refused(error) });
          user.getUserAttributes((problem, attributes) =>
            resolve({
              asked,
              idToken,
              refreshedIdToken: refreshed.getIdToken().getJwtToken(),
              attributes: problem ? problem.message : attributes.map((attribute) => attribute.getName()),
            }),
          );
        });
      },
      onFailure: (error) => resolve({ asked, ...refused(error) }),
      newPasswordRequired: (_attributes, required) => {
        asked.push("NEW_PASSWORD_REQUIRED");
        const given = Object.fromEntries(required.map((name) => [name, job.attributes[name]]));
        user.completeNewPasswordChallenge(job.newPassword, given, callbacks);
      },
      mfaRequired: (name) => {
        asked.push(name);
        user.sendMFACode(job.code, callbacks);
      },
      totpRequired: (name) => {
        asked.push(name);
        user.sendMFACode(job.code, callbacks, name);
      },
      selectMFAType: (name) => {
        asked.push(name);
        user.sendMFASelectionAnswer(job.mfaType, callbacks);
      },
      mfaSetup: (name) => resolve({ asked: [...asked, name] }),
      customChallenge: () => resolve({ asked: [...asked, "CUSTOM_CHALLENGE"] }),
    };
    user.authenticateUser(new AuthenticationDetails({ Username: job.username, Password: job.password }), callbacks);
  });
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await signIn(JSON.parse(line))) + "\n");
  }
})();
