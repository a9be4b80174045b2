// Signs in with Amazon's own JavaScript library, the way adiutaOpt's page shows it, and prints one line of JSON.
// Arguments: user pool id, client id, endpoint, user name. The password comes on standard input.
const path = require("path");
const { createRequire } = require("module");

const modules = process.env.OPTCLOUD_NODE_MODULES;
const requireThere = createRequire(path.join(modules, "..", "package.json"));
const { AuthenticationDetails, CognitoUser, CognitoUserPool } = requireThere("amazon-cognito-identity-js");

const [UserPoolId, ClientId, endpoint, Username] = process.argv.slice(2);
const Password = require("fs").readFileSync(0, "utf8");
const user = new CognitoUser({ Username, Pool: new CognitoUserPool({ UserPoolId, ClientId, endpoint }) });

const print = (result) => process.stdout.write(JSON.stringify(result) + "\n");

user.authenticateUser(new AuthenticationDetails({ Username, Password }), {
  onSuccess: (session) => {
    const idToken = session.getIdToken().getJwtToken();
    user.refreshSession(session.getRefreshToken(), (error, refreshed) => {
      if (error) return print({ error: error.code, message: error.message });
      user.getUserAttributes((problem, attributes) =>
        print({
          idToken,
          refreshedIdToken: refreshed.getIdToken().getJwtToken(),
          attributes: problem ? problem.message : attributes.map((attribute) => attribute.getName()),
        }),
      );
    });
  },
  onFailure: (error) => print({ error: error.code, message: error.message }),
});
